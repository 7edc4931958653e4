#include "videopose/live/live_people.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "videopose/detect.h"
#include "videopose/track/doubt.h"
#include "videopose/track/observation.h"

namespace videopose {
namespace {

constexpr double kMemory_s = 1;
constexpr double kLongestWait_s = 0.5;
// The tracker gives somebody up who is not seen for so long (TrackerOptions::longest_loss_s).
constexpr double kLongestAbsence_s = 2;
constexpr double kMoreProminent = 2;
// Shares of believed finds from which somebody is taken for a person, and below which not.
constexpr double kSure = 0.75, kDoubtful = 0.5;

}  // namespace

void LivePeople::Note(const FollowedPerson& person, double time_s) {
  const auto [entry, is_new] = candidates_.try_emplace(person.track_id);
  Candidate& candidate = entry->second;
  if (is_new) candidate.first_seen_s = candidate.last_seen_s = time_s;
  const double share =
      std::max(1.0 / ++candidate.finds, 1 - std::exp((candidate.last_seen_s - time_s) / kMemory_s));
  const auto presence = static_cast<double>(person.result.presence);
  const double height_px = static_cast<double>(BoxAround(person.result.landmarks).size_px.y);
  candidate.prominence_px += share * (height_px * presence - candidate.prominence_px);
  candidate.sureness += share * ((presence >= kBelievedPresence ? 1 : 0) - candidate.sureness);
  candidate.last_seen_s = time_s;
}

void LivePeople::DismissGone(double time_s) {
  std::erase_if(candidates_, [&](const auto& entry) {
    return time_s - entry.second.last_seen_s > kLongestAbsence_s;
  });
  for (auto& [track, candidate] : candidates_) {
    if (time_s - candidate.last_seen_s > kLongestWait_s || candidate.sureness < kDoubtful) {
      candidate.is_chosen = false;
    }
  }
}

LivePeople::Candidate* LivePeople::MostProminentOther(double time_s) {
  Candidate* best = nullptr;
  for (auto& [track, candidate] : candidates_) {
    const bool counts =
        !candidate.is_chosen && candidate.last_seen_s == time_s && candidate.sureness >= kSure;
    if (!counts) continue;
    if (best == nullptr || candidate.prominence_px > best->prominence_px) best = &candidate;
  }
  return best;
}

LivePeople::Candidate* LivePeople::LeastProminentChosen() {
  Candidate* least = nullptr;
  for (auto& [track, candidate] : candidates_) {
    if (!candidate.is_chosen) continue;
    if (least == nullptr || candidate.prominence_px < least->prominence_px) least = &candidate;
  }
  return least;
}

void LivePeople::Elect(Candidate& candidate) {
  candidate.is_chosen = true;
  if (candidate.id == 0) candidate.id = ++last_id_;
}

std::vector<SeenPerson> LivePeople::Choose(const std::vector<FollowedPerson>& followed,
                                           double time_s) {
  for (const FollowedPerson& person : followed) Note(person, time_s);
  DismissGone(time_s);
  auto chosen =
      std::ranges::count_if(candidates_, [](const auto& c) { return c.second.is_chosen; });
  while (Candidate* other = MostProminentOther(time_s)) {
    if (count_ != kAllPeople && chosen >= count_) {
      Candidate& least = *LeastProminentChosen();
      const bool takes_over = other->prominence_px > kMoreProminent * least.prominence_px &&
                              time_s - other->first_seen_s >= kMemory_s;
      if (!takes_over) break;
      least.is_chosen = false;
      --chosen;
    }
    Elect(*other);
    ++chosen;
  }
  std::vector<SeenPerson> people;
  for (const FollowedPerson& person : followed) {
    const Candidate& candidate = candidates_.at(person.track_id);
    if (!candidate.is_chosen) continue;
    people.push_back({.id = candidate.id, .keypoints = CocoFromLandmarks(person.result.landmarks)});
  }
  std::ranges::sort(people, {}, &SeenPerson::id);
  return people;
}

LiveDetector MakePeopleDetector(const BlazePoseOptions& options, int count) {
  struct Detector {
    Detector(const BlazePoseOptions& options, int count)
        : pose(options),
          follower(pose.models(), PeopleFollowerOptions::For(count, options.smooth)),
          people(count) {}
    BlazePose pose;
    PeopleFollower follower;
    LivePeople people;
  };
  return [detector = std::make_shared<Detector>(options, count)](const LiveFrame& frame) {
    return detector->people.Choose(detector->follower.Follow(*frame.image, frame.time_s),
                                   frame.time_s);
  };
}

}  // namespace videopose

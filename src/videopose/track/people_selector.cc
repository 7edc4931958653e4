// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/people_selector.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/track/confidence.h"
#include "videopose/track/observation.h"

namespace videopose::internal {
namespace {

constexpr double kMemory_s = 1;
constexpr double kLongestWait_s = 0.5;
// The tracker ends a track that is lost for this long (TrackerOptions::longest_loss_s).
constexpr double kLongestAbsence_s = 2;
constexpr double kMoreProminent = 2;
// Share of confident detections below which a chosen track is taken for a false positive.
constexpr double kLowConfidenceShare = 0.5;

// A single person chosen by prominence need not be told from others.
bool IsTheOnlyOne(const PersonSelection& people) {
  return people.ids.empty() && people.rule == PersonSelection::kProminent && people.count == 1;
}

// A detector is the caller's: what comes from it may be anything.
void CheckPeople(int64_t index, std::span<const DetectedPerson> people,
                 const KeypointLayout& layout) {
  std::set<int> tracks;
  for (const DetectedPerson& person : people) {
    if (std::ssize(person.keypoints) != layout.joint_count()) {
      Fail(ErrorCode::kMismatch, "frame {}: the detector gave a person of {} keypoints; {} has {}",
           index, person.keypoints.size(), layout.name, layout.joint_count());
    }
    if (!tracks.insert(person.track_id).second) {
      Fail(ErrorCode::kMismatch, "frame {}: the detector gave two people the track ID {}", index,
           person.track_id);
    }
  }
}

Person MakePerson(int id, const DetectedPerson& detected) {
  return {.id = id, .keypoints = detected.keypoints, .extra_points = detected.extra_points};
}

}  // namespace

void PeopleSelector::Push(int64_t index, double time_s, std::span<const DetectedPerson> people,
                          std::vector<PeopleInFrame>& out) {
  CheckPeople(index, people, options_.clip.layout);
  PeopleInFrame frame{.index = index, .time_s = time_s};
  if (options_.lookahead) {
    out.push_back(Choose(std::move(frame), people));
    return;
  }
  VP_CHECK(frames_.empty() || index > frames_.back().index, "frame {} again", index);
  for (const DetectedPerson& person : people) tracklets_[person.track_id].Add(index, person);
  frames_.push_back(std::move(frame));
}

void PeopleSelector::Note(const DetectedPerson& person, double time_s) {
  const auto [entry, is_new] = candidates_.try_emplace(person.track_id);
  Candidate& candidate = entry->second;
  if (is_new) candidate.first_seen_s = candidate.last_seen_s = time_s;
  const double share = std::max(1.0 / ++candidate.detections,
                                1 - std::exp((candidate.last_seen_s - time_s) / kMemory_s));
  const double prominence_px =
      static_cast<double>(BoxAround(person).size_px.y) * static_cast<double>(person.presence);
  candidate.prominence_px += share * (prominence_px - candidate.prominence_px);
  candidate.confident_share +=
      share * ((IsConfident(person.presence) ? 1 : 0) - candidate.confident_share);
  candidate.last_seen_s = time_s;
}

void PeopleSelector::DismissLost(double time_s) {
  std::erase_if(candidates_, [&](const auto& entry) {
    return time_s - entry.second.last_seen_s > kLongestAbsence_s;
  });
  for (auto& [track, candidate] : candidates_) {
    if (time_s - candidate.last_seen_s > kLongestWait_s ||
        candidate.confident_share < kLowConfidenceShare) {
      candidate.is_chosen = false;
    }
  }
}

PeopleSelector::Candidate* PeopleSelector::MostProminentOther(double time_s) {
  Candidate* best = nullptr;
  for (auto& [track, candidate] : candidates_) {
    const bool counts = !candidate.is_chosen && candidate.last_seen_s == time_s &&
                        candidate.confident_share >= kConfirmedShare;
    if (!counts) continue;
    if (best == nullptr || candidate.prominence_px > best->prominence_px) best = &candidate;
  }
  return best;
}

PeopleSelector::Candidate* PeopleSelector::LeastProminentChosen() {
  Candidate* least = nullptr;
  for (auto& [track, candidate] : candidates_) {
    if (!candidate.is_chosen) continue;
    if (least == nullptr || candidate.prominence_px < least->prominence_px) least = &candidate;
  }
  return least;
}

void PeopleSelector::MakeChoice(double time_s) {
  const int count = options_.people.count;
  auto chosen =
      std::ranges::count_if(candidates_, [](const auto& c) { return c.second.is_chosen; });
  while (Candidate* other = MostProminentOther(time_s)) {
    if (count != kAllPeople && chosen >= count) {
      Candidate& least = *LeastProminentChosen();
      const bool takes_over = other->prominence_px > kMoreProminent * least.prominence_px &&
                              time_s - other->first_seen_s >= kMemory_s;
      if (!takes_over) break;
      least.is_chosen = false;
      --chosen;
    }
    other->is_chosen = true;
    if (other->id == 0) other->id = ++last_id_;
    ++chosen;
  }
}

PeopleInFrame PeopleSelector::Choose(PeopleInFrame frame, std::span<const DetectedPerson> people) {
  for (const DetectedPerson& person : people) Note(person, frame.time_s);
  DismissLost(frame.time_s);
  MakeChoice(frame.time_s);
  for (const DetectedPerson& person : people) {
    const Candidate& candidate = candidates_.at(person.track_id);
    if (candidate.is_chosen) frame.people.push_back(MakePerson(candidate.id, person));
  }
  std::ranges::sort(frame.people, {}, &Person::id);
  return frame;
}

// Fills in tracks_; if there is none, adds a person who is never seen.
std::vector<const Tracklet*> PeopleSelector::ChooseTracks() {
  std::vector<const Tracklet*> in_order;
  for (const auto& [id, track] : tracklets_) in_order.push_back(&track);
  std::ranges::stable_sort(in_order, {}, [](const Tracklet* t) { return t->frames.front().index; });
  for (const Tracklet* track : in_order) {
    tracks_.push_back(Summarize(*track));
    tracks_.back().id = static_cast<int>(tracks_.size());
  }
  if (in_order.empty()) tracks_.emplace_back();
  const std::vector<bool> chosen = ChoosePeople(options_.people, options_.clip, tracks_);
  if (in_order.empty()) return in_order;
  KeepChosen(chosen, tracks_);
  KeepChosen(chosen, in_order);
  if (IsTheOnlyOne(options_.people)) {
    for (TrackSummary& track : tracks_) track.id = 1;
  }
  return in_order;
}

void PeopleSelector::Flush(std::vector<PeopleInFrame>& out) {
  if (options_.lookahead) {
    candidates_.clear();
    return;
  }
  const int64_t frame_count =
      frames_.empty() ? 0 : frames_.back().index + 1 - frames_.front().index;
  if (options_.drop_low_confidence) DropLowConfidence(options_.clip.fps, tracklets_);
  DropBrief(options_.clip.fps, frame_count, tracklets_);
  StitchTracklets(options_.clip, tracklets_);
  const std::vector<const Tracklet*> people = ChooseTracks();
  for (size_t p = 0; p < people.size(); ++p) {
    for (const Tracklet::Frame& seen : people[p]->frames) {
      const auto frame = std::ranges::lower_bound(frames_, seen.index, {}, &PeopleInFrame::index);
      frame->people.push_back(MakePerson(tracks_[p].id, seen.person));
    }
  }
  std::ranges::move(frames_, std::back_inserter(out));
  frames_.clear();
  tracklets_.clear();
}

}  // namespace videopose::internal

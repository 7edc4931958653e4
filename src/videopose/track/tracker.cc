// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/tracker.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "videopose/track/assignment.h"
#include "videopose/track/confidence.h"

namespace videopose::internal {
namespace {

constexpr double kImpossible = std::numeric_limits<double>::infinity();

// Lengths in body heights. A walker moves 0.8 a second, a runner or a falling person 3 or 4; a
// person who starts, stops or turns changes that within half a second.
constexpr double kMeasuredSd = 0.03;
constexpr double kSpeedSd = 2;
constexpr double kAccelerationSd = 1.5;
constexpr double kWalksOnS = 1;  // time constant in which a lost track is expected to slow down

constexpr double kCostOfNone = 10;   // pairs less likely than exp(-10) are rejected
constexpr double kNotLookedFor = 1;  // cost of being detected, or in another track's region
constexpr double kLowConfidence =
    3;  // cost of a presence that is rare for people (track/confidence.h)
constexpr float kSureOfABody = 0.9F;  // presence to begin a track in the region of another

// How far a body is from where the track's motion predicts it, and how certain that prediction is:
// of the negative logarithm of a normal distribution in the plane,
//
//   |d|^2 / (2 S) + log(S / S0),
//
// the first and the second term, where S0 is S of a place known as exactly as it can be measured.
// Without the second a track that is lost for long, and may be anywhere, would take any body.
struct MotionCost {
  MotionCost(const Track& track, const Observation& body) {
    const double sd = kMeasuredSd * static_cast<double>(track.scale_px);
    const double measured = 2 * sd * sd, variance = track.motion.position_variance() + measured;
    const Vec2d off = body.box.centre_px.Cast<double>() - track.motion.position();
    squared_distance = Dot(off, off) / variance;
    unsure = std::log(variance / measured);
  }
  double squared_distance;  // in standard deviations
  double unsure;
};

double SizeCost(const Track& track, const Observation& body) {
  constexpr double kSd = 0.25;  // of the logarithm: poses differ in height
  const double ratio = std::log(static_cast<double>(body.box.scale_px() / track.scale_px));
  return ratio * ratio / (2 * kSd * kSd);
}

double AppearanceCost(const Track& track, const Observation& body) {
  constexpr double kSd = 0.12, kUnknown = 0.5;
  const auto alike = static_cast<double>(SimilarityOf(track.appearance, body.appearance));
  if (alike < 0) return kUnknown;
  return (1 - alike) * (1 - alike) / (2 * kSd * kSd);
}

}  // namespace

Vec2f Track::moved_px() const {
  const Vec2d moved = motion.position() - last.box.centre_px.Cast<double>();
  return {static_cast<float>(moved.x), static_cast<float>(moved.y)};
}

double Tracker::Cost(const Track& track, const Observation& body) const {
  constexpr double kPoseCost = 3, kPoseLastsS = 0.25;
  constexpr double kFarthestVariance = 16;  // 4 standard deviations
  constexpr double kMostOfOneKind = 3.5;
  constexpr double kNewcomer = 2;  // after its first frame; less with every one that follows
  const bool looked_for = body.looked_for == track.id;
  const MotionCost motion(track, body);
  double cost = kNewcomer / track.seen_frames + motion.unsure;
  if (looked_for) {
    // One sign alone does not break a track that the landmark model follows, but two together do:
    // the image may jump.
    cost += std::min(kMostOfOneKind, motion.squared_distance / 2) +
            std::min(kMostOfOneKind, SizeCost(track, body)) +
            std::min(kMostOfOneKind, AppearanceCost(track, body));
  } else {
    if (motion.squared_distance > kFarthestVariance) return kImpossible;
    cost += kNotLookedFor + motion.squared_distance / 2 + SizeCost(track, body) +
            AppearanceCost(track, body);
    if (!IsConfident(body.presence)) cost += kLowConfidence;
  }
  if (time_s_ - track.last_seen_s <= kPoseLastsS) {
    cost += kPoseCost *
            (1 - static_cast<double>(KeypointSimilarity(body, track.last, track.moved_px())));
  }
  return cost;
}

std::vector<int> Tracker::Update(double time_s, std::span<const Observation> seen) {
  const double elapsed_s = std::max(0.0, time_s - time_s_);
  time_s_ = time_s;
  for (Track& track : tracks_) {
    if (track.lost) track.motion.SlowDown(std::exp(-elapsed_s / kWalksOnS));
    track.motion.Predict(elapsed_s, kAccelerationSd * static_cast<double>(track.scale_px));
  }
  std::vector<double> costs;
  costs.reserve(tracks_.size() * seen.size());
  for (const Track& track : tracks_) {
    for (const Observation& body : seen) costs.push_back(Cost(track, body));
  }
  std::vector<int> body_of_track = AssignAtLeastCost(costs, static_cast<int>(tracks_.size()),
                                                     static_cast<int>(seen.size()), kCostOfNone);
  KeepLikelierOfSameBody(seen, body_of_track);

  std::vector<int> ids(seen.size(), 0);
  for (size_t i = 0; i < tracks_.size(); ++i) {
    Track& track = tracks_[i];
    track.lost = body_of_track[i] < 0;
    if (track.lost) continue;
    const auto body = static_cast<size_t>(body_of_track[i]);
    const bool is_alone = std::ranges::none_of(seen, [&](const Observation& other) {
      constexpr float kInTheWay = 0.1F;
      return &other != &seen[body] && Overlap(other.box, seen[body].box) > kInTheWay;
    });
    Accept(seen[body], is_alone, track);
    ids[body] = track.id;
  }
  EndLostTracks();
  for (size_t j = 0; j < seen.size(); ++j) {
    if (ids[j] != 0) continue;
    const auto is_same = [&](size_t other) {
      return ids[other] != 0 && IsSameBody(seen[other], seen[j]);
    };
    bool is_known = seen[j].looked_for != 0 && seen[j].presence < kSureOfABody;
    for (size_t other = 0; other < seen.size() && !is_known; ++other) is_known = is_same(other);
    if (!is_known) ids[j] = Begin(seen[j]);
  }
  return ids;
}

// Of two tracks on one body, the one that fits it worse loses it. A long track counts more than a
// new one, which may have begun on an arm of the same body.
void Tracker::KeepLikelierOfSameBody(std::span<const Observation> seen,
                                     std::vector<int>& body_of_track) {
  constexpr double kMostStanding = 3;
  for (size_t a = 0; a < tracks_.size(); ++a) {
    for (size_t b = a + 1; b < tracks_.size() && body_of_track[a] >= 0; ++b) {
      if (body_of_track[b] < 0) continue;
      const Observation& of_a = seen[static_cast<size_t>(body_of_track[a])];
      const Observation& of_b = seen[static_cast<size_t>(body_of_track[b])];
      if (!IsSameBody(of_a, of_b)) continue;
      const double standing_of_a =
          std::clamp(std::log(static_cast<double>(tracks_[a].seen_frames) / tracks_[b].seen_frames),
                     -kMostStanding, kMostStanding);
      const bool a_is_likelier = Cost(tracks_[a], of_a) - standing_of_a <= Cost(tracks_[b], of_b);
      body_of_track[a_is_likelier ? b : a] = -1;
    }
  }
}

void Tracker::Accept(const Observation& body, bool is_alone, Track& track) {
  constexpr float kNewScale = 0.2F;
  constexpr int kAppearanceFrames = 20;
  const auto scale_px = static_cast<double>(body.box.scale_px());
  track.motion.Correct(body.box.centre_px.Cast<double>(), kMeasuredSd * scale_px);
  track.scale_px = std::lerp(track.scale_px, body.box.scale_px(), kNewScale);
  track.last = body;
  track.last_seen_s = time_s_;
  ++track.seen_frames;
  if (is_alone && IsConfident(body.presence)) {
    const int frames = std::min(track.seen_frames, kAppearanceFrames);
    Blend(body.appearance, 1 / static_cast<float>(frames), track.appearance);
  }
  track.last_second.push_back({time_s_, body.presence});
  while (track.last_second.front().time_s < time_s_ - 1) track.last_second.pop_front();
}

int Tracker::Begin(const Observation& body) {
  const auto scale_px = static_cast<double>(body.box.scale_px());
  tracks_.push_back({.id = ++last_id_,
                     .last = body,
                     .last_seen_s = time_s_,
                     .seen_frames = 1,
                     .appearance = body.appearance,
                     .motion = MotionFilter(body.box.centre_px.Cast<double>(),
                                            kMeasuredSd * scale_px, kSpeedSd * scale_px),
                     .scale_px = body.box.scale_px(),
                     .last_second = {{time_s_, body.presence}}});
  return last_id_;
}

// A track without observations for long is over. One whose presence wavers for a second
// (track/confidence.h) follows the background: it is lost, and only the detector can find it again.
void Tracker::EndLostTracks() {
  constexpr double kLongEnoughS = 0.9;
  for (Track& track : tracks_) {
    if (track.lost || time_s_ - track.last_second.front().time_s < kLongEnoughS) continue;
    const auto confident =
        std::ranges::count_if(track.last_second, IsConfident, &Track::Presence::presence);
    if (2 * confident >= std::ssize(track.last_second)) continue;
    track.lost = true;
    track.last_second.clear();
  }
  std::erase_if(tracks_, [&](const Track& track) {
    return track.lost && time_s_ - track.last_seen_s > options_.longest_loss_s;
  });
}

void Tracker::Drop(int id) {
  std::erase_if(tracks_, [&](const Track& track) { return track.id == id; });
}

}  // namespace videopose::internal

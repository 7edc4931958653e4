// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/live_camera.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "videopose/camera_motion/camera_decision.h"
#include "videopose/geometry/rotation_vector.h"
#include "videopose/ground/camera_views.h"

namespace videopose::internal {
namespace {

// How long the camera must be seen to move: one frame may be wrong.
constexpr int kMovingFrames = 3;
constexpr double kMoving_s = 0.1;
// How long it takes to make up for what it moved until then.
constexpr double kMakeUp_s = 1;
constexpr double kLost_s = 0.5, kFollowed_s = 0.2;

}  // namespace

void LiveCamera::Streak::Push(bool is_so, double time_s) {
  if (is_so && frames == 0) begin_s = time_s;
  frames = is_so ? frames + 1 : 0;
}

double LiveCamera::Lag::ShareAt(double time_s) const {
  return std::clamp(1 - (time_s - begin_s) / kMakeUp_s, 0.0, 1.0);
}

LiveCamera::Sight LiveCamera::Push(const SmallImage& image, std::span<const DetectedPerson> people,
                                   double time_s, bool is_cut) {
  Sight sight{.begins_scene = is_cut};
  if (motion_ == CameraMotion::kStatic) return sight;
  std::vector<PeopleBox> boxes;
  for (const DetectedPerson& person : people) AddPeopleBox(person.keypoints, boxes);
  if (is_cut || !tracker_) StartScene();
  CameraView seen = Follow(image, boxes, time_s);
  const bool is_lost = uncertain_.LengthAt(time_s) >= kLost_s;
  if (is_lost && followed_.LengthAt(time_s) >= kFollowed_s) {
    sight.begins_scene = moves_;
    StartScene();
    seen = Follow(image, boxes, time_s);
  } else {
    sight.is_lost = is_lost && moves_;
  }
  Decide(seen, time_s);
  if (moves_) sight.view = Shown(seen, time_s);
  return sight;
}

void LiveCamera::StartScene() {
  tracker_.emplace(lens_, CameraTracker::For::kTurns);
  sigma_before_deg_ = 0;
  moves_ = motion_ == CameraMotion::kMoving;
  zooms_ = false;
  beyond_still_ = beyond_no_zoom_ = uncertain_ = followed_ = {};
  turn_lag_ = zoom_lag_ = {};
}

CameraView LiveCamera::Follow(const SmallImage& image, std::span<const PeopleBox> boxes,
                              double time_s) {
  const CameraView seen = tracker_->Push(image, boxes);
  uncertain_.Push(seen.sigma_deg > kLostSigma_deg, time_s);
  // Less than what a frame that was not followed adds.
  followed_.Push(seen.sigma_deg < std::hypot(sigma_before_deg_, 0.9 * kLost_deg), time_s);
  sigma_before_deg_ = seen.sigma_deg;
  return seen;
}

void LiveCamera::Decide(const CameraView& seen, double time_s) {
  const auto is_sure = [&](const Streak& streak) {
    return streak.frames >= kMovingFrames && streak.LengthAt(time_s) >= kMoving_s;
  };
  beyond_still_.Push(IsBeyondStill(seen), time_s);
  if (!moves_ && is_sure(beyond_still_)) {
    moves_ = true;
    turn_lag_ = {.begin_s = time_s, .turn = RotationVectorOf(Inverse(seen.first_from_cam))};
  }
  beyond_no_zoom_.Push(std::abs(std::log(seen.zoom)) > std::log1p(kLeastZoom), time_s);
  if (!zooms_ && is_sure(beyond_no_zoom_)) {
    zooms_ = true;
    zoom_lag_ = {.begin_s = time_s, .log_zoom = -std::log(seen.zoom)};
  }
}

CameraView LiveCamera::Shown(CameraView seen, double time_s) const {
  seen.first_from_cam =
      seen.first_from_cam * FromRotationVector(turn_lag_.ShareAt(time_s) * turn_lag_.turn);
  seen.zoom = zooms_ ? seen.zoom * std::exp(zoom_lag_.ShareAt(time_s) * zoom_lag_.log_zoom) : 1;
  return seen;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>

#include "videopose/detect.h"
#include "videopose/detect/appearance.h"
#include "videopose/detect/blazepose_models.h"
#include "videopose/detect/body_filters.h"

namespace videopose {

using namespace internal;

class BlazePose::Impl {
 public:
  explicit Impl(const BlazePoseOptions& options)
      : options_(options), models_(WithoutBoxes(options)) {}

  // The region of interest comes from the landmarks of the frame before; only where there are none
  // does the person detector look at the whole frame.
  std::optional<PoseLandmarks> Look(const Image& frame, double time_s) {
    if (!roi_) roi_ = DetectRoi(frame);
    if (!roi_ || !IsUsable(*roi_)) return LoseTrack();
    PoseLandmarks found = models_.Look(frame, {&*roi_, 1}, {}).bodies[0];
    if (!(found.presence > kPresenceThreshold)) return LoseTrack();
    roi_ = roi_filter_.Apply(found, time_s);
    return found;
  }

  void Smooth(double time_s, float scale, BlazePoseResult& result) {
    if (!options_.smooth) return;
    smoother_.Apply({}, result.landmarks, time_s, scale);
    std::array<float, 3 * kLandmarks> world;
    for (size_t k = 0; k < kLandmarks; ++k) {
      const Vec3f& w = result.world_m[k];
      std::copy_n(std::array{w.x, w.y, w.z}.begin(), 3, &world[3 * k]);
    }
    world_filter_.Apply(world, time_s, 1);
    for (size_t k = 0; k < kLandmarks; ++k) {
      result.world_m[k] = {world[3 * k], world[3 * k + 1], world[3 * k + 2]};
    }
  }

  void StartScene() { LoseTrack(); }
  bool smooth() const { return options_.smooth; }
  int track_id() const { return track_id_; }

 private:
  // MediaPipe's own pipeline has no other detector.
  static BlazePoseOptions WithoutBoxes(BlazePoseOptions options) {
    options.search_boxes = false;
    return options;
  }

  std::optional<Roi> DetectRoi(const Image& frame) {
    const Roi square = LetterboxRoi(frame);
    const std::vector<PersonDetection> people = models_.Look(frame, {}, {&square, 1}).people[0];
    if (people.empty()) return std::nullopt;
    return RoiFromBodyCircle(people[0].points[0], people[0].points[1]);
  }

  std::nullopt_t LoseTrack() {
    ++track_id_;
    roi_.reset();
    roi_filter_.Reset();
    smoother_.Reset();
    world_filter_.Reset();
    return std::nullopt;
  }

  const BlazePoseOptions options_;
  BlazePoseModels models_;
  std::optional<Roi> roi_;  // where to look in the next frame
  RoiFilter roi_filter_;
  PointSmoother smoother_;
  OneEuroFilter world_filter_{{.min_cutoff_hz = 0.1F, .beta = 40, .derivative_cutoff_hz = 1}};
  int track_id_ = 1;
};

BlazePose::BlazePose(const BlazePoseOptions& options) : impl_(std::make_unique<Impl>(options)) {}
BlazePose::~BlazePose() = default;
BlazePose::BlazePose(BlazePose&&) noexcept = default;
BlazePose& BlazePose::operator=(BlazePose&&) noexcept = default;

std::optional<BlazePoseResult> BlazePose::Follow(const Image& frame, double time_s) {
  const std::optional<PoseLandmarks> found = impl_->Look(frame, time_s);
  if (!found) return std::nullopt;
  BlazePoseResult result = ResultFrom(*found);
  impl_->Smooth(time_s, SmoothingScale(*found), result);
  return result;
}

std::vector<DetectedPerson> BlazePose::Detect(const Image& frame, double time_s) {
  const std::optional<PoseLandmarks> found = impl_->Look(frame, time_s);
  if (!found) return {};
  DetectedPerson person = PersonFrom(ResultFrom(*found));
  person.track_id = impl_->track_id();
  if (impl_->smooth()) person.smoothing_scale = SmoothingScale(*found);
  person.appearance = AppearanceOf(frame, person.keypoints);
  return {person};
}

void BlazePose::StartScene() { impl_->StartScene(); }

DetectedPerson PersonFrom(const BlazePoseResult& result) {
  return {.presence = result.presence,
          .keypoints = CocoFromLandmarks(result.landmarks),
          .extra_points = {result.landmarks.begin(), result.landmarks.end()}};
}

}  // namespace videopose

// SPDX-License-Identifier: Apache-2.0

#include <array>

#include "videopose/detect.h"
#include "videopose/detect/appearance.h"
#include "videopose/detect/blazepose_models.h"
#include "videopose/detect/body_filters.h"

namespace videopose {

class BlazePose::Impl {
 public:
  explicit Impl(const BlazePoseOptions& options) : options_(options), models_(options) {}

  // The region of interest comes from the landmarks of the frame before; only where there are none
  // does the person detector look at the whole frame.
  std::optional<BlazePoseResult> Follow(const Image& frame, double time_s) {
    if (!roi_) roi_ = DetectRoi(frame);
    if (!roi_ || !IsUsable(*roi_)) return LoseTrack();
    const PoseLandmarks found = models_.Look(frame, {&*roi_, 1}, {}).bodies[0];
    if (!(found.presence > kPresenceThreshold)) return LoseTrack();
    BodyFilters::Step step = filters_.Apply(found, time_s, options_.smooth);
    roi_ = step.next_roi;
    return step.result;
  }

  int track_id() const { return track_id_; }

 private:
  std::optional<Roi> DetectRoi(const Image& frame) {
    const Roi square = LetterboxRoi(frame);
    const std::vector<PersonDetection> people = models_.Look(frame, {}, {&square, 1}).people[0];
    if (people.empty()) return std::nullopt;
    return RoiFromBodyCircle(people[0].points[0], people[0].points[1]);
  }

  std::nullopt_t LoseTrack() {
    ++track_id_;
    roi_.reset();
    filters_.Reset();
    return std::nullopt;
  }

  const BlazePoseOptions options_;
  BlazePoseModels models_;
  std::optional<Roi> roi_;  // where to look in the next frame
  BodyFilters filters_;
  int track_id_ = 1;
};

BlazePose::BlazePose(const BlazePoseOptions& options) : impl_(std::make_unique<Impl>(options)) {}
BlazePose::~BlazePose() = default;
BlazePose::BlazePose(BlazePose&&) noexcept = default;
BlazePose& BlazePose::operator=(BlazePose&&) noexcept = default;

std::optional<BlazePoseResult> BlazePose::Follow(const Image& frame, double time_s) {
  return impl_->Follow(frame, time_s);
}

std::vector<DetectedPerson> BlazePose::Detect(const Image& frame, double time_s) {
  const std::optional<BlazePoseResult> result = Follow(frame, time_s);
  if (!result) return {};
  DetectedPerson person = PersonFrom(*result);
  person.track_id = impl_->track_id();
  person.appearance = AppearanceOf(frame, person.keypoints);
  return {person};
}

DetectedPerson PersonFrom(const BlazePoseResult& result) {
  return {.presence = result.presence,
          .keypoints = CocoFromLandmarks(result.landmarks),
          .extra_points = {result.landmarks.begin(), result.landmarks.end()}};
}

}  // namespace videopose

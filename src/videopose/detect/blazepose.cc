#include <array>

#include "videopose/detect.h"
#include "videopose/detect/blazepose_models.h"
#include "videopose/detect/body_filters.h"

namespace videopose {

class BlazePose::Impl {
 public:
  explicit Impl(const BlazePoseOptions& options) : options_(options), models_(options) {}

  // The region of interest comes from the landmarks of the frame before; only where there are none
  // does the person detector look at the whole frame.
  std::optional<BlazePoseResult> Detect(const Image& frame, double time_s) {
    if (!roi_) roi_ = DetectRoi(frame);
    if (!roi_ || !IsUsable(*roi_)) return LoseTrack();
    const PoseLandmarks found = models_.Look(frame, {&*roi_, 1}, {}).bodies[0];
    if (!(found.presence > kPresenceThreshold)) return LoseTrack();
    BodyFilters::Step step = filters_.Apply(found, time_s, options_.smooth);
    roi_ = step.next_roi;
    return step.result;
  }

  const BlazePoseOptions& options() const { return options_; }
  BlazePoseModels& models() { return models_; }

 private:
  std::optional<Roi> DetectRoi(const Image& frame) {
    const Roi square = LetterboxRoi(frame);
    const std::vector<PersonDetection> people = models_.Look(frame, {}, {&square, 1}).people[0];
    if (people.empty()) return std::nullopt;
    return RoiFromBodyCircle(people[0].points[0], people[0].points[1]);
  }

  std::nullopt_t LoseTrack() {
    roi_.reset();
    filters_.Reset();
    return std::nullopt;
  }

  const BlazePoseOptions options_;
  BlazePoseModels models_;
  std::optional<Roi> roi_;  // where to look in the next frame
  BodyFilters filters_;
};

BlazePose::BlazePose(const BlazePoseOptions& options) : impl_(std::make_unique<Impl>(options)) {}
BlazePose::~BlazePose() = default;
BlazePose::BlazePose(BlazePose&&) noexcept = default;
BlazePose& BlazePose::operator=(BlazePose&&) noexcept = default;

std::optional<BlazePoseResult> BlazePose::Detect(const Image& frame, double time_s) {
  return impl_->Detect(frame, time_s);
}

const BlazePoseOptions& BlazePose::options() const { return impl_->options(); }

BlazePoseModels& BlazePose::models() { return impl_->models(); }

std::array<Keypoint, 17> CocoFromLandmarks(const std::array<Landmark, 33>& landmarks) {
  constexpr std::array<size_t, 17> kLandmarkOfCoco = {0,  2,  5,  7,  8,  11, 12, 13, 14,
                                                      15, 16, 23, 24, 25, 26, 27, 28};
  std::array<Keypoint, 17> keypoints;
  for (size_t j = 0; j < keypoints.size(); ++j) {
    const Landmark& landmark = landmarks[kLandmarkOfCoco[j]];
    keypoints[j] = {landmark.x_px, landmark.y_px, landmark.visibility};
  }
  return keypoints;
}

}  // namespace videopose

#include <array>
#include <cmath>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/detect/detector.h"
#include "videopose/detect/model_store.h"
#include "videopose/detect/one_euro.h"
#include "videopose/detect/person_detector.h"
#include "videopose/detect/pose_landmarks.h"

namespace videopose {
namespace {

constexpr float kPresenceThreshold = 0.5F;
constexpr float kVisibilityWeight = 0.1F;  // of a new value, the rest is the filtered one before
constexpr size_t kLandmarks = 33;

std::filesystem::path RequireModel(const std::filesystem::path& dir, const ModelFile& file) {
  std::filesystem::path path = dir / file.name;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    Fail("{}: the model file is missing in {}; run: videopose models fetch", file.name,
         dir.string());
  }
  return path;
}

std::filesystem::path ModelsDir(const BlazePoseOptions& options) {
  return options.models_dir.empty() ? DefaultModelsDir() : options.models_dir;
}

}  // namespace

class BlazePose::Impl {
 public:
  explicit Impl(const BlazePoseOptions& options)
      : smooth_(options.smooth),
        pool_(options.threads),
        detector_(RequireModel(ModelsDir(options), PersonDetectorFile()), pool_),
        landmark_model_(RequireModel(ModelsDir(options), LandmarkFile(options.size)), pool_) {}

  // The region of interest comes from the landmarks of the frame before; only where there are none
  // does the person detector look at the whole frame.
  std::optional<BlazePoseResult> Detect(const Image& frame, double time_s) {
    VP_CHECK(frame.width_px > 0 && frame.height_px > 0, "an empty frame");
    if (!roi_) roi_ = DetectRoi(frame);
    if (!roi_ || !IsUsable(*roi_)) return LoseTrack();
    PoseLandmarks found = landmark_model_.Find(frame, *roi_);
    if (!(found.presence > kPresenceThreshold)) return LoseTrack();

    const float body_px = 2 * Norm(found.circle_px() - found.hips_px());
    const float value_scale = body_px > 0 ? 1 / body_px : 1;
    roi_ = NextRoi(found, time_s, value_scale);
    BlazePoseResult result{.presence = found.presence};
    std::copy_n(found.points_px.begin(), kLandmarks, result.landmarks.begin());
    std::copy_n(found.world_m.begin(), kLandmarks, result.world_m.begin());
    if (smooth_) Smooth(result, time_s, value_scale);
    return result;
  }

 private:
  std::optional<Roi> DetectRoi(const Image& frame) {
    const std::vector<PersonDetection> people = detector_.Detect(frame, LetterboxRoi(frame));
    if (people.empty()) return std::nullopt;
    return RoiFromBodyCircle(people[0].points[0], people[0].points[1]);
  }

  // Whether the region can be cropped; also rejects what is not a number.
  static bool IsUsable(const Roi& roi) {
    constexpr float kFarAway = 1e6F;
    return std::abs(roi.centre_px.x) < kFarAway && std::abs(roi.centre_px.y) < kFarAway &&
           roi.side_px > 0 && roi.side_px < kFarAway;
  }

  std::nullopt_t LoseTrack() {
    roi_.reset();
    for (OneEuroFilter* filter : {&roi_filter_, &landmark_filter_, &world_filter_}) filter->Reset();
    visibility_.reset();
    return std::nullopt;
  }

  // The points that describe the region are filtered always, even where no smoothing is wanted.
  Roi NextRoi(const PoseLandmarks& found, double time_s, float value_scale) {
    const Vec2f hips_px = found.hips_px(), circle_px = found.circle_px();
    std::array<float, 4> points = {hips_px.x, hips_px.y, circle_px.x, circle_px.y};
    roi_filter_.Apply(points, time_s, value_scale);
    return RoiFromBodyCircle({points[0], points[1]}, {points[2], points[3]});
  }

  void Smooth(BlazePoseResult& result, double time_s, float value_scale) {
    std::array<float, 3 * kLandmarks> points, world;
    for (size_t k = 0; k < kLandmarks; ++k) {
      const Landmark& l = result.landmarks[k];
      const Vec3f& w = result.world_m[k];
      std::copy_n(std::array{l.x_px, l.y_px, l.z_px}.begin(), 3, &points[3 * k]);
      std::copy_n(std::array{w.x, w.y, w.z}.begin(), 3, &world[3 * k]);
    }
    landmark_filter_.Apply(points, time_s, value_scale);
    world_filter_.Apply(world, time_s, 1);
    for (size_t k = 0; k < kLandmarks; ++k) {
      Landmark& l = result.landmarks[k];
      l = {points[3 * k], points[3 * k + 1], points[3 * k + 2], l.visibility};
      result.world_m[k] = {world[3 * k], world[3 * k + 1], world[3 * k + 2]};
      if (visibility_) l.visibility = std::lerp((*visibility_)[k], l.visibility, kVisibilityWeight);
    }
    visibility_.emplace();
    for (size_t k = 0; k < kLandmarks; ++k) (*visibility_)[k] = result.landmarks[k].visibility;
  }

  const bool smooth_;
  WorkerPool pool_;
  PersonDetector detector_;
  PoseLandmarkModel landmark_model_;
  std::optional<Roi> roi_;  // where to look in the next frame
  OneEuroFilter roi_filter_{{.min_cutoff_hz = 0.01F, .beta = 10, .derivative_cutoff_hz = 1}};
  OneEuroFilter landmark_filter_{{.min_cutoff_hz = 0.05F, .beta = 80, .derivative_cutoff_hz = 1}};
  OneEuroFilter world_filter_{{.min_cutoff_hz = 0.1F, .beta = 40, .derivative_cutoff_hz = 1}};
  std::optional<std::array<float, kLandmarks>> visibility_;
};

BlazePose::BlazePose(const BlazePoseOptions& options) : impl_(std::make_unique<Impl>(options)) {}
BlazePose::~BlazePose() = default;
BlazePose::BlazePose(BlazePose&&) noexcept = default;
BlazePose& BlazePose::operator=(BlazePose&&) noexcept = default;

std::optional<BlazePoseResult> BlazePose::Detect(const Image& frame, double time_s) {
  return impl_->Detect(frame, time_s);
}

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

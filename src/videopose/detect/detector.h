// BlazePose: finds one person and their landmarks in the frames of a video.

#ifndef VIDEOPOSE_DETECT_DETECTOR_H_
#define VIDEOPOSE_DETECT_DETECTOR_H_

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "videopose/detect/landmark.h"
#include "videopose/detect/pose_detector.h"
#include "videopose/geometry/vec.h"
#include "videopose/media/image.h"

namespace videopose {

enum class BlazePoseSize { kLite, kFull, kHeavy };

struct BlazePoseOptions {
  BlazePoseSize size = BlazePoseSize::kFull;
  std::filesystem::path models_dir;  // empty: DefaultModelsDir() (detect/model_store.h)
  bool smooth = true;                // One-Euro smoothing of the landmarks (detector.md)
  int threads = 0;                   // 0: what suits the machine (base/worker_pool.h)
};

// One person in one frame.
struct BlazePoseResult {
  float presence = 0;  // 0..1
  Landmarks landmarks;
  std::array<Vec3f, kLandmarks> world_m;  // the hips' centre the origin, x right, y down, z away
};

// As any detector's, with COCO's keypoints; track and appearance are the caller's to fill in.
DetectedPerson PersonFrom(const BlazePoseResult& result);

class BlazePoseModels;

// Follows one person through consecutive frames. Not thread-safe.
class BlazePose : public PoseDetector {
 public:
  // Throws Error if a model file is missing (saying how to fetch it) or is not what it should be.
  explicit BlazePose(const BlazePoseOptions& options);
  ~BlazePose() override;
  BlazePose(BlazePose&&) noexcept;
  BlazePose& operator=(BlazePose&&) noexcept;

  // time_s: when the frame is shown; must increase. Nothing where no person is seen.
  std::optional<BlazePoseResult> Follow(const Image& frame, double time_s);

  const KeypointLayout& layout() const override { return Coco17(); }
  std::vector<DetectedPerson> Detect(const Image& frame, double time_s) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_DETECT_DETECTOR_H_

// Finds people and their keypoints in frames of a video.

#ifndef VIDEOPOSE_DETECT_DETECTOR_H_
#define VIDEOPOSE_DETECT_DETECTOR_H_

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "videopose/geometry/vec.h"
#include "videopose/media/image.h"
#include "videopose/pose/keypoints.h"

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
  float presence = 0;                  // 0..1
  std::array<Landmark, 33> landmarks;  // pixels of the frame, BlazePose33() order
  std::array<Vec3f, 33> world_m;  // metres, the hips' centre the origin, x right, y down, z away
};

class BlazePoseModels;

// Follows one person through consecutive frames. Not thread-safe.
class BlazePose {
 public:
  // Throws Error if a model file is missing (saying how to fetch it) or is not what it should be.
  explicit BlazePose(const BlazePoseOptions& options);
  ~BlazePose();
  BlazePose(BlazePose&&) noexcept;
  BlazePose& operator=(BlazePose&&) noexcept;

  // time_s: when the frame is shown; must increase. Nothing where nobody is seen.
  std::optional<BlazePoseResult> Detect(const Image& frame, double time_s);

  const BlazePoseOptions& options() const;
  // For those who follow several people (track/people_follower.h).
  BlazePoseModels& models();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// COCO's 17 keypoints by name out of BlazePose's 33; the score is the visibility.
std::array<Keypoint, 17> CocoFromLandmarks(const std::array<Landmark, 33>& landmarks);

}  // namespace videopose

#endif  // VIDEOPOSE_DETECT_DETECTOR_H_

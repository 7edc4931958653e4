// SPDX-License-Identifier: Apache-2.0

// Watches the camera while frames of a whole clip go through the detector: cuts before each frame,
// rotation, zoom and place on a thread of its own once the people in it are known.

#ifndef VIDEOPOSE_ENGINE_CAMERA_WATCH_H_
#define VIDEOPOSE_ENGINE_CAMERA_WATCH_H_

#include <future>
#include <memory>
#include <vector>

#include "videopose/base/bounded_queue.h"
#include "videopose/camera_motion/cut_finder.h"
#include "videopose/camera_motion/small_image.h"
#include "videopose/detect.h"
#include "videopose/ground.h"
#include "videopose/media.h"

namespace videopose::internal {

class CameraWatch {
 public:
  // A camera that is known to stand still is only watched for cuts.
  CameraWatch(const Lens& lens, CameraMotion motion);
  ~CameraWatch();
  CameraWatch(const CameraWatch&) = delete;
  CameraWatch& operator=(const CameraWatch&) = delete;

  // For each frame first this, then Follow() with the people in it.
  bool IsCutBefore(SmallImage frame);
  void Follow(const std::vector<DetectedPerson>& people);

  // The end. Views are empty where all scenes' cameras stood still; of one that did among others
  // that moved they are those of a still camera.
  CameraTrack End();

 private:
  struct Look {
    SmallImage image;
    std::vector<PeopleBox> people;
    bool is_cut = false;
  };

  static std::vector<CameraView> Track(const Lens& lens, CameraMotion motion,
                                       BoundedQueue<Look>& looks);

  Lens lens_;
  CameraMotion motion_;
  CutFinder cut_finder_;
  Look look_;  // the newest
  int64_t count_ = 0;
  std::vector<int64_t> cuts_;
  BoundedQueue<Look> looks_{8};
  std::future<std::vector<CameraView>> views_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_CAMERA_WATCH_H_

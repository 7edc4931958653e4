// SPDX-License-Identifier: Apache-2.0

// Watches the camera of a whole clip: its rotation, zoom and place, on a thread of its own.

#ifndef VIDEOPOSE_ENGINE_CAMERA_WATCH_H_
#define VIDEOPOSE_ENGINE_CAMERA_WATCH_H_

#include <future>
#include <memory>
#include <vector>

#include "videopose/base/bounded_queue.h"
#include "videopose/camera_motion/small_image.h"
#include "videopose/detect.h"
#include "videopose/ground.h"
#include "videopose/media.h"

namespace videopose::internal {

class CameraWatch {
 public:
  // Nothing is measured of a camera that is known to stand still.
  CameraWatch(const Lens& lens, CameraMotion motion);
  ~CameraWatch();
  CameraWatch(const CameraWatch&) = delete;
  CameraWatch& operator=(const CameraWatch&) = delete;

  // The next frame, and the people in it. `is_cut`: it begins a scene.
  void Push(SmallImage image, const std::vector<DetectedPerson>& people, bool is_cut);

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
  int64_t count_ = 0;
  std::vector<int64_t> cuts_;
  BoundedQueue<Look> looks_{8};
  std::future<std::vector<CameraView>> views_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_CAMERA_WATCH_H_

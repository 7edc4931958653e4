// SPDX-License-Identifier: Apache-2.0

// Follows the camera of a live source frame by frame: its rotation and zoom, judged by the past
// alone. Its place is taken as fixed.

#ifndef VIDEOPOSE_ENGINE_LIVE_CAMERA_H_
#define VIDEOPOSE_ENGINE_LIVE_CAMERA_H_

#include <memory>
#include <optional>
#include <span>

#include "videopose/camera_motion/camera_tracker.h"
#include "videopose/camera_motion/small_image.h"
#include "videopose/detect.h"
#include "videopose/ground.h"
#include "videopose/pose.h"

namespace videopose::internal {

// A camera stands still until the view is beyond what counts as still (IsBeyondStill()) for a few
// frames. From then on frames have their own views. Those few frames' motion is not made up for at
// once, which would move people by a jump, but in the course of a second. So is a zoom, once it
// counts (kLeastZoom).
//
// A camera is lost while its view has been too uncertain (kLostSigma_deg) for half a second. When
// frames can be followed again a new scene begins, unless it was not seen to move before.
class LiveCamera {
 public:
  // `lens` is of the frames. Nothing is measured of a camera that is known to stand still.
  LiveCamera(const Lens& lens, CameraMotion motion) : lens_(lens), motion_(motion) {}

  // PeopleInFrame's fields.
  struct Sight {
    bool begins_scene = false;
    std::optional<CameraView> view;
    bool is_lost = false;
  };
  // The next frame, and the people in it. `is_cut`: it begins a scene.
  Sight Push(const SmallImage& image, std::span<const DetectedPerson> people, double time_s,
             bool is_cut);

 private:
  // Frames in a row of which something is true.
  struct Streak {
    int frames = 0;
    double begin_s = 0;
    void Push(bool is_so, double time_s);
    double LengthAt(double time_s) const { return frames > 0 ? time_s - begin_s : 0; }
  };
  // What is still to be made up for.
  struct Lag {
    double begin_s = 0;
    Vec3d turn;  // rotation vector, in the frame of the camera
    double log_zoom = 0;
    double ShareAt(double time_s) const;
  };

  void StartScene();
  CameraView Follow(const SmallImage& image, std::span<const PeopleBox> boxes, double time_s);
  void Decide(const CameraView& seen, double time_s);
  CameraView Shown(CameraView seen, double time_s) const;

  Lens lens_;
  CameraMotion motion_;
  std::optional<CameraTracker> tracker_;
  double sigma_before_deg_ = 0;
  bool moves_ = false, zooms_ = false;
  Streak beyond_still_, beyond_no_zoom_, uncertain_, followed_;
  Lag turn_lag_, zoom_lag_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_LIVE_CAMERA_H_

// SPDX-License-Identifier: Apache-2.0

// The rotation and zoom of a camera that stays in its place, from the background.
//
// Corners (Shi & Tomasi, CVPR 1994) outside people are followed from a keyframe to each frame by
// pyramidal Lucas-Kanade (Bouguet 2001), forwards and back. A point of the keyframe, seen in the
// direction d of the scene's first frame, is in a frame at
//   u = zoom * (x, y) / z   of   (x, y, z) = cam_from_first d
// The rotation and log(zoom) that minimise the sum of Cauchy's rho of the distances in the image
// are found by Gauss-Newton from the best of several starts: no motion since the keyframe, the
// motion so far going on, and samples of two points each.
//
// Errors add up only from keyframe to keyframe. A new one is made where too little of the last one
// is still in the image; an older one is used again where the camera comes back to it.

#ifndef VIDEOPOSE_CAMERA_MOTION_CAMERA_TRACKER_H_
#define VIDEOPOSE_CAMERA_MOTION_CAMERA_TRACKER_H_

#include <memory>
#include <span>
#include <vector>

#include "videopose/camera_motion/corner_track.h"
#include "videopose/camera_motion/small_image.h"
#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose::internal {

class CameraTracker {
 public:
  // What FollowWalk() needs grows with every frame and takes as long as the rest.
  enum class For { kTurns, kTurnsAndWalks };
  // `lens` is of the frames, not of the small images.
  explicit CameraTracker(const Lens& lens, For what = For::kTurnsAndWalks);
  ~CameraTracker();
  CameraTracker(CameraTracker&&) noexcept;
  CameraTracker& operator=(CameraTracker&&) noexcept;

  // The next frame of the scene. The first one has the view {}. Where too little of the background
  // is seen the view stays as it was, and its uncertainty grows by kLost_deg a frame.
  CameraView Push(const SmallImage& frame, std::span<const PeopleBox> people);

  // How many keyframes there are so far.
  int keyframe_count() const;

  // What was seen so far, and the size of a pixel there: for FollowWalk().
  const std::vector<CornerTrack>& corners() const;
  double pixel() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr double kLost_deg = 5;

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_CAMERA_TRACKER_H_

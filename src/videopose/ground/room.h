// Where people stand and walk: from poses about their own hips to poses in a room.
//
//   Motion motion = lifter.Lift(keypoints);
//   PlaceInRoom(keypoints, {.height_m = 1.80}, motion);
//   JointsInWorld(motion, motion.people[0])     z up, feet on the floor at z = 0

#ifndef VIDEOPOSE_GROUND_ROOM_H_
#define VIDEOPOSE_GROUND_ROOM_H_

#include <optional>

#include "videopose/ground/calibration.h"
#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"

namespace videopose {

struct RoomOptions {
  // The lens. The first of these that is there counts; without any, DefaultFocalPx().
  std::optional<double> focal_px;  // of the video's pixels
  std::optional<double> fov_deg;   // from the picture's left to its right edge
  std::optional<CameraCalibration> calibration;

  // How tall everybody is; scales poses and distances. Without it people are as tall as lifted.
  std::optional<double> height_m;
  // Then there is no room: roots and camera are removed, only the poses stay.
  bool camera_moving = false;
  // Where the motion has roots already (of a trajectory network), believe them instead of
  // finding them from the keypoints.
  bool keep_roots = false;
  // Feet that carry weight stand still and bones keep their lengths over the clip; without this
  // the raw result stays.
  bool lock_feet = true;
  // Standard deviation of a Gaussian over time, the same forwards and backwards (no delay). 0:
  // none.
  double smooth_s = 0;
};

// The lens by which a video of this size is looked at. Throws Error for options that make no sense.
CameraCalibration LensFor(const RoomOptions& options, int width_px, int height_px);

// Fills root_in_cam, feet_down and motion.camera, and moves joints_in_cam where `options` ask for
// it (height, locked feet and bones, smoothing). `keypoints` are what the motion was lifted from;
// people are matched by their id. World: z up, the floor at z = 0, x to the camera's right, the
// origin under the first person's first standing pose. People without a pose in any frame have no
// root; if that is everybody, there is no camera.
void PlaceInRoom(const KeypointSequence& keypoints, const RoomOptions& options, Motion& motion);

// A Gaussian over time with this standard deviation, within runs of frames that have a pose: joints
// and, where known, roots.
void SmoothMotion(Motion& motion, double smooth_s);

}  // namespace videopose

#endif  // VIDEOPOSE_GROUND_ROOM_H_

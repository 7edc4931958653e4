// Cameras as people hold them, at random. Private to augment/.

#ifndef VIDEOPOSE_AUGMENT_MOCAP_CAMERA_H_
#define VIDEOPOSE_AUGMENT_MOCAP_CAMERA_H_

#include <array>
#include <vector>

#include "videopose/augment/mocap.h"
#include "videopose/base/fast_random.h"

namespace videopose {

using BodyPoints = std::array<Vec3d, kBodyPoints>;

// Films points in a world with y up: moves them into the camera's frame (x right, y down, z
// forward) and gives picture and focal length. All points end up before the camera.
struct FilmedBody {
  int width_px = 0, height_px = 0;
  double focal_px = 0;
  std::vector<BodyPoints> points_in_cam;
};
FilmedBody Film(std::vector<BodyPoints> points_in_world, double fps, const CameraOptions& options,
                FastRandom& random);

}  // namespace videopose

#endif  // VIDEOPOSE_AUGMENT_MOCAP_CAMERA_H_

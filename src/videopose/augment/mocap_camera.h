// SPDX-License-Identifier: Apache-2.0

// Random cameras with the motion of handheld ones. Private to augment/.

#ifndef VIDEOPOSE_AUGMENT_MOCAP_CAMERA_H_
#define VIDEOPOSE_AUGMENT_MOCAP_CAMERA_H_

#include <array>
#include <vector>

#include "videopose/augment/mocap.h"
#include "videopose/base/fast_random.h"

namespace videopose::internal {

using BodyPoints = std::array<Vec3d, kBodyPoints>;

// Transforms points from a world with y up into the frame of a random camera (x right, y down, z
// forward) and gives its image size and focal length. All points are in front of the camera.
struct ProjectedBody {
  int width_px = 0, height_px = 0;
  double focal_px = 0;
  std::vector<BodyPoints> points_in_cam;
};
ProjectedBody ProjectBody(std::vector<BodyPoints> points_in_world, double fps,
                          const CameraOptions& options, FastRandom& random);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_MOCAP_CAMERA_H_

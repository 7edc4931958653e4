// From the camera's frame to its picture, lens distortion included, in normalised screen
// coordinates (screen.h). Human3.6M's camera model, with two simplifications of its tangential part
// that VideoPose3D makes and that its published numbers rest on.

#ifndef VIDEOPOSE_GEOMETRY_PROJECTION_H_
#define VIDEOPOSE_GEOMETRY_PROJECTION_H_

#include "videopose/geometry/vec.h"

namespace videopose {

struct ScreenIntrinsics {
  float fx = 0, fy = 0;          // focal length, of half the picture's width
  float cx = 0, cy = 0;          // where the optical axis meets the screen
  float k1 = 0, k2 = 0, k3 = 0;  // radial distortion
  float p1 = 0, p2 = 0;          // tangential distortion
  bool operator==(const ScreenIntrinsics&) const = default;
};

// What a mirrored picture is seen by.
inline ScreenIntrinsics Mirrored(ScreenIntrinsics camera) {
  camera.cx = -camera.cx;
  camera.p1 = -camera.p1;
  return camera;
}

// p = (x, y) / z clamped to [-1, 1], r = |p|
// screen = f * (p * (1 + k1 r^2 + k2 r^4 + k3 r^6 + p1 p.x + p2 p.y) + (p1, p2) r^2) + c
Vec2d ScreenFromCam(const ScreenIntrinsics& camera, const Vec3d& x_in_cam);

// Without distortion: screen = f * p + c.
Vec2d ScreenFromCamLinear(const ScreenIntrinsics& camera, const Vec3d& x_in_cam);

}  // namespace videopose

#endif  // VIDEOPOSE_GEOMETRY_PROJECTION_H_

// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "videopose/geometry.h"

namespace videopose {
namespace {

Vec2d ClampedRay(const Vec3d& x_in_cam) {
  return {std::clamp(x_in_cam.x / x_in_cam.z, -1.0, 1.0),
          std::clamp(x_in_cam.y / x_in_cam.z, -1.0, 1.0)};
}

Vec2d ScreenFromRay(const ScreenIntrinsics& camera, Vec2d ray) {
  return {camera.fx * ray.x + camera.cx, camera.fy * ray.y + camera.cy};
}

}  // namespace

Vec2d ScreenFromCam(const ScreenIntrinsics& camera, const Vec3d& x_in_cam) {
  const Vec2d p = ClampedRay(x_in_cam);
  const Vec2d tangential{camera.p1, camera.p2};
  const double r2 = Dot(p, p);
  const double scale =
      1 + r2 * (camera.k1 + r2 * (camera.k2 + r2 * camera.k3)) + Dot(tangential, p);
  return ScreenFromRay(camera, scale * p + r2 * tangential);
}

Vec2d ScreenFromCamLinear(const ScreenIntrinsics& camera, const Vec3d& x_in_cam) {
  return ScreenFromRay(camera, ClampedRay(x_in_cam));
}

}  // namespace videopose

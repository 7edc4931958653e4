// SPDX-License-Identifier: Apache-2.0

#include "videopose/geometry.h"
#include "videopose/geometry/screen_lens.h"

namespace videopose {

using namespace internal;

namespace {

ScreenLens<double> LensOf(const ScreenIntrinsics& k) {
  return {k.fx, k.fy, k.cx, k.cy, k.k1, k.k2, k.k3, k.p1, k.p2};
}

Vec2d RayTo(const Vec3d& x_in_cam) { return ClampedRay(x_in_cam.x, x_in_cam.y, x_in_cam.z); }

}  // namespace

Vec2d ScreenFromCam(const ScreenIntrinsics& camera, const Vec3d& x_in_cam) {
  const ScreenLens<double> lens = LensOf(camera);
  return OnScreen(lens, Bent(lens, RayTo(x_in_cam)));
}

Vec2d ScreenFromCamLinear(const ScreenIntrinsics& camera, const Vec3d& x_in_cam) {
  return OnScreen(LensOf(camera), RayTo(x_in_cam));
}

}  // namespace videopose

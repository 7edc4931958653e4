// SPDX-License-Identifier: Apache-2.0

#include <cmath>

#include "videopose/base/check.h"
#include "videopose/geometry.h"

namespace videopose {

Vec3d CamFromWorld(const PinholeCamera& camera, const Vec3d& x_in_world) {
  return Rotate(camera.cam_from_world, x_in_world - camera.position_in_world);
}

Vec3d WorldFromCam(const PinholeCamera& camera, const Vec3d& x_in_cam) {
  return camera.position_in_world + Rotate(Inverse(camera.cam_from_world), x_in_cam);
}

Vec2d PixelFromCam(const PinholeCamera& camera, const Vec3d& x_in_cam) {
  return camera.centre_px + camera.focal_px / x_in_cam.z * Vec2d{x_in_cam.x, x_in_cam.y};
}

Vec3d RayInWorld(const PinholeCamera& camera, Vec2d point_px) {
  const Vec2d offset_px = point_px - camera.centre_px;
  return Normalized(
      Rotate(Inverse(camera.cam_from_world), {offset_px.x, offset_px.y, camera.focal_px}));
}

PinholeCamera LookAt(const Vec3d& position_in_world, const Vec3d& target_in_world, int width_px,
                     int height_px, double vertical_fov_rad) {
  constexpr Vec3d kUp{0, 0, 1};
  const Vec3d forward = Normalized(target_in_world - position_in_world);
  VP_CHECK(std::abs(forward.z) < 0.999, "a level camera cannot look straight up or down");
  const Vec3d right = Normalized(Cross(forward, kUp));
  const Vec3d down = Cross(forward, right);
  PinholeCamera camera;
  camera.width_px = width_px;
  camera.height_px = height_px;
  camera.focal_px = height_px / 2.0 / std::tan(vertical_fov_rad / 2);
  camera.centre_px = {width_px / 2.0, height_px / 2.0};
  camera.cam_from_world = Inverse(FromAxes(right, down, forward));
  camera.position_in_world = position_in_world;
  return camera;
}

double DefaultFocalPx(int width_px, int height_px) {
  constexpr double kFocal_mm = 30, kFilmDiagonal_mm = 43.27;
  return kFocal_mm / kFilmDiagonal_mm * std::hypot(width_px, height_px);
}

}  // namespace videopose

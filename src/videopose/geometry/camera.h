// A pinhole camera: from the world to the camera to the picture.
//
//   x_in_cam = R * (x_in_world - position_in_world)                         R = cam_from_world
//   x_px     = focal_px * x_in_cam.x / x_in_cam.z + centre_px.x             likewise y
//
// Camera frame: x right, y down, z forward (the way it looks), metres. Square pixels, no lens
// distortion (Hartley & Zisserman, Multiple View Geometry, 2nd edition, section 6.1).

#ifndef VIDEOPOSE_GEOMETRY_CAMERA_H_
#define VIDEOPOSE_GEOMETRY_CAMERA_H_

#include "videopose/geometry/quaternion.h"
#include "videopose/geometry/vec.h"

namespace videopose {

struct PinholeCamera {
  int width_px = 0, height_px = 0;
  double focal_px = 0;
  Vec2d centre_px;  // where the optical axis meets the picture
  Quaternion cam_from_world;
  Vec3d position_in_world;
};

Vec3d CamFromWorld(const PinholeCamera& camera, const Vec3d& x_in_world);
Vec3d WorldFromCam(const PinholeCamera& camera, const Vec3d& x_in_cam);

// For points in front of the camera (z > 0).
Vec2d PixelFromCam(const PinholeCamera& camera, const Vec3d& x_in_cam);
inline Vec2d PixelFromWorld(const PinholeCamera& camera, const Vec3d& x_in_world) {
  return PixelFromCam(camera, CamFromWorld(camera, x_in_world));
}

// The direction in the world, of unit length, that is seen at a point of the picture.
Vec3d RayInWorld(const PinholeCamera& camera, Vec2d point_px);

// A camera at `position_in_world` that sees `target_in_world` in the middle of its picture and is
// held level, in a world with z up. `vertical_fov_rad` is the angle between the picture's upper and
// lower edge. Does not look straight up or down.
PinholeCamera LookAt(const Vec3d& position_in_world, const Vec3d& target_in_world, int width_px,
                     int height_px, double vertical_fov_rad);

}  // namespace videopose

#endif  // VIDEOPOSE_GEOMETRY_CAMERA_H_

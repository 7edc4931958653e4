// SPDX-License-Identifier: Apache-2.0

// Points, rotations and cameras.

#ifndef VIDEOPOSE_GEOMETRY_H_
#define VIDEOPOSE_GEOMETRY_H_

#include <cmath>

namespace videopose {

// Points and directions, metres unless a name says otherwise.

template <typename T>
struct BasicVec2 {
  T x = 0, y = 0;
  template <typename U>
  constexpr BasicVec2<U> Cast() const {
    return {static_cast<U>(x), static_cast<U>(y)};
  }
  friend BasicVec2 operator+(BasicVec2 a, BasicVec2 b) { return {a.x + b.x, a.y + b.y}; }
  friend BasicVec2 operator-(BasicVec2 a, BasicVec2 b) { return {a.x - b.x, a.y - b.y}; }
  friend BasicVec2 operator*(T s, BasicVec2 a) { return {s * a.x, s * a.y}; }
  bool operator==(const BasicVec2&) const = default;
};

template <typename T>
struct BasicVec3 {
  T x = 0, y = 0, z = 0;
  template <typename U>
  constexpr BasicVec3<U> Cast() const {
    return {static_cast<U>(x), static_cast<U>(y), static_cast<U>(z)};
  }
  friend BasicVec3 operator+(BasicVec3 a, BasicVec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
  friend BasicVec3 operator-(BasicVec3 a, BasicVec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
  friend BasicVec3 operator-(BasicVec3 a) { return {-a.x, -a.y, -a.z}; }
  friend BasicVec3 operator*(T s, BasicVec3 a) { return {s * a.x, s * a.y, s * a.z}; }
  bool operator==(const BasicVec3&) const = default;
};

using Vec2f = BasicVec2<float>;
using Vec2d = BasicVec2<double>;
using Vec3f = BasicVec3<float>;
using Vec3d = BasicVec3<double>;

template <typename T>
T Dot(BasicVec2<T> a, BasicVec2<T> b) {
  return a.x * b.x + a.y * b.y;
}
template <typename T>
T Dot(BasicVec3<T> a, BasicVec3<T> b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
template <typename T>
BasicVec3<T> Cross(BasicVec3<T> a, BasicVec3<T> b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
template <typename V>
auto Norm(V a) {
  return std::sqrt(Dot(a, a));
}
// Not for the zero vector.
template <typename V>
V Normalized(V a) {
  return (1 / Norm(a)) * a;
}
// Shorter than that a vector points nowhere: what is left of it is rounding.
inline constexpr double kNoDirection = 1e-9;
// The vector with unit length; `otherwise` where there is no direction.
template <typename V>
V DirectionOr(V a, V otherwise) {
  const auto norm = Norm(a);
  return norm > kNoDirection ? (1 / norm) * a : otherwise;
}
template <typename T>
bool IsFinite(BasicVec3<T> a) {
  return std::isfinite(a.x) && std::isfinite(a.y) && std::isfinite(a.z);
}

// Rotations as unit quaternions, w + xi + yj + zk (Hamilton's product, active, right-handed).

// Named b_from_a where x_in_b = Rotate(b_from_a, x_in_a). All functions below expect unit length.
struct Quaternion {
  double w = 1, x = 0, y = 0, z = 0;
  bool operator==(const Quaternion&) const = default;
};

// c_from_a = c_from_b * b_from_a.
Quaternion operator*(const Quaternion& c_from_b, const Quaternion& b_from_a);

// a_from_b.
inline Quaternion Inverse(const Quaternion& b_from_a) {
  return {b_from_a.w, -b_from_a.x, -b_from_a.y, -b_from_a.z};
}

Vec3d Rotate(const Quaternion& b_from_a, const Vec3d& x_in_a);

// Turns by `angle_rad` about `axis` (unit length), counter-clockwise seen from the axis' tip.
Quaternion FromAxisAngle(const Vec3d& axis, double angle_rad);

// The rotation whose matrix has these columns: where the unit axes of a lie in b. The columns are
// orthonormal and right-handed. Shepperd's method (1978): divides by the largest component.
Quaternion FromAxes(const Vec3d& x_axis_in_b, const Vec3d& y_axis_in_b, const Vec3d& z_axis_in_b);

// A pinhole camera: from the world to the camera to the image.
//
//   x_in_cam = R * (x_in_world - position_in_world)                         R = cam_from_world
//   x_px     = focal_px * x_in_cam.x / x_in_cam.z + centre_px.x             likewise y
//
// Camera frame: x right, y down, z forward (the way it looks), metres. Square pixels, no lens
// distortion (Hartley & Zisserman, Multiple View Geometry, 2nd edition, section 6.1).

struct PinholeCamera {
  int width_px = 0, height_px = 0;
  double focal_px = 0;
  Vec2d centre_px;  // where the optical axis meets the image
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

// The direction in the world, of unit length, that is seen at a point of the image.
Vec3d RayInWorld(const PinholeCamera& camera, Vec2d point_px);

// A camera at `position_in_world` that sees `target_in_world` in the middle of its image and is
// held level, in a world with z up. `vertical_fov_rad` is the angle between the image's upper and
// lower edge. Does not look straight up or down.
PinholeCamera LookAt(const Vec3d& position_in_world, const Vec3d& target_in_world, int width_px,
                     int height_px, double vertical_fov_rad);

// The focal length of a telephone's main camera for video: as of 30 mm on 35 mm film, by the
// image's diagonal (43.27 mm there).
double DefaultFocalPx(int width_px, int height_px);

// From the camera's frame to its image, lens distortion included, in normalised screen
// coordinates (screen.h). Human3.6M's camera model, with two simplifications of its tangential part
// that VideoPose3D makes and that its published numbers rest on.

struct ScreenIntrinsics {
  float fx = 0, fy = 0;          // focal length, of half the image's width
  float cx = 0, cy = 0;          // where the optical axis meets the screen
  float k1 = 0, k2 = 0, k3 = 0;  // radial distortion
  float p1 = 0, p2 = 0;          // tangential distortion
  bool operator==(const ScreenIntrinsics&) const = default;
};

// The camera of the mirrored image.
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

#endif  // VIDEOPOSE_GEOMETRY_H_

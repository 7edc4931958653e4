// SPDX-License-Identifier: Apache-2.0

// Points, rotations, lenses and cameras.

#ifndef VIDEOPOSE_GEOMETRY_H_
#define VIDEOPOSE_GEOMETRY_H_

#include <array>
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

// A rotation and then a shift: x_in_b = Rotate(rotation, x_in_a) + translation. Named b_from_a.

struct Rigid3d {
  Quaternion rotation;
  Vec3d translation;  // where the origin of a is in b
  bool operator==(const Rigid3d&) const = default;
};

// x_in_b.
inline Vec3d operator*(const Rigid3d& b_from_a, const Vec3d& x_in_a) {
  return Rotate(b_from_a.rotation, x_in_a) + b_from_a.translation;
}
// c_from_a = c_from_b * b_from_a.
inline Rigid3d operator*(const Rigid3d& c_from_b, const Rigid3d& b_from_a) {
  return {c_from_b.rotation * b_from_a.rotation, c_from_b * b_from_a.translation};
}
// a_from_b.
inline Rigid3d Inverse(const Rigid3d& b_from_a) {
  const Quaternion rotation = Inverse(b_from_a.rotation);
  return {rotation, -Rotate(rotation, b_from_a.translation)};
}
// x_in_a = Inverse(b_from_a) * x_in_b, without the rounding of the inverse's translation.
inline Vec3d ApplyInverse(const Rigid3d& b_from_a, const Vec3d& x_in_b) {
  return Rotate(Inverse(b_from_a.rotation), x_in_b - b_from_a.translation);
}

// OpenCV's lens models, in pixels of an image of width_px x height_px. With (x, y) = (X, Y) / Z in
// the camera's frame (x right, y down, z forward, the way it looks) and r^2 = x^2 + y^2:
//   kBrown    x' = x (1 + k1 r^2 + k2 r^4 + k3 r^6) / (1 + k4 r^2 + k5 r^4 + k6 r^6)
//                  + 2 p1 x y + p2 (r^2 + 2 x^2)          distortion = k1 k2 p1 p2 k3 k4 k5 k6
//   kFisheye  (x', y') = (x, y) / r * (a + k1 a^3 + k2 a^5 + k3 a^7 + k4 a^9), a = atan(r)
//                                                         distortion = k1 k2 k3 k4
//   x_px = focal_px.x x' + centre_px.x                    likewise y

struct Lens {
  enum class Model { kBrown, kFisheye };

  int width_px = 0, height_px = 0;  // 0: not known
  Vec2d focal_px;
  Vec2d centre_px;  // where the optical axis meets the image
  Model model = Model::kBrown;
  std::array<double, 8> distortion{};
  bool operator==(const Lens&) const = default;
};

// No distortion, the centre in the middle.
Lens PlainLens(double focal_px, int width_px, int height_px);

// The focal length of a telephone's main camera for video: as of 30 mm on 35 mm film, by the
// image's diagonal (43.27 mm there).
double DefaultFocalPx(int width_px, int height_px);

// The geometric mean of both axes.
double MeanFocalPx(const Lens& lens);

// The same lens in an image of another size.
Lens Resized(const Lens& lens, int width_px, int height_px);

// (X, Y) / Z in the camera's frame of what is seen at a point of the image. Inverts the models
// above by Newton's method; where they cannot be inverted (far outside the image), NaN.
Vec2d Undistorted(const Lens& lens, Vec2d point_px);
// The other way round.
Vec2d Distorted(const Lens& lens, Vec2d point);

// A lens in its place in the world. The direction is that of files, in which the translation is the
// camera's position: files and cameras turn into each other without rounding.
struct Camera {
  Lens lens;
  Rigid3d world_from_cam;
  bool operator==(const Camera&) const = default;
};

// Metres in the camera's frame. A pixel is of a point in front of the camera (z > 0).
inline Vec3d CamFromWorld(const Camera& camera, const Vec3d& x_in_world) {
  return ApplyInverse(camera.world_from_cam, x_in_world);
}
inline Vec2d PixelFromCam(const Lens& lens, const Vec3d& x_in_cam) {
  return Distorted(lens, {x_in_cam.x / x_in_cam.z, x_in_cam.y / x_in_cam.z});
}
inline Vec2d PixelFromWorld(const Camera& camera, const Vec3d& x_in_world) {
  return PixelFromCam(camera.lens, CamFromWorld(camera, x_in_world));
}

// A camera at `position_in_world` that sees `target_in_world` in the middle of its image and is
// held level, in a world with z up. `vertical_fov_rad` is the angle between the image's upper and
// lower edge. Does not look straight up or down.
Camera LookAt(const Vec3d& position_in_world, const Vec3d& target_in_world, int width_px,
              int height_px, double vertical_fov_rad);

// A Human3.6M lens as training sees it: from the camera's frame to screen coordinates (x in [-1, 1]
// over the width, y likewise), in float. No Lens, because its tangential part is not Brown's:
// VideoPose3D simplifies it in two ways, and its published numbers, and checkpoints trained so,
// rest on them.

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

// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>

#include "videopose/geometry.h"

namespace videopose {

Quaternion operator*(const Quaternion& c_from_b, const Quaternion& b_from_a) {
  const Quaternion& p = c_from_b;
  const Quaternion& q = b_from_a;
  return {
      p.w * q.w - p.x * q.x - p.y * q.y - p.z * q.z, p.w * q.x + p.x * q.w + p.y * q.z - p.z * q.y,
      p.w * q.y - p.x * q.z + p.y * q.w + p.z * q.x, p.w * q.z + p.x * q.y - p.y * q.x + p.z * q.w};
}

Vec3d Rotate(const Quaternion& b_from_a, const Vec3d& x_in_a) {
  // q x q* = x + 2w (v x x) + 2 v x (v x x) with q = (w, v).
  const Vec3d v{b_from_a.x, b_from_a.y, b_from_a.z};
  const Vec3d t = 2.0 * Cross(v, x_in_a);
  return x_in_a + b_from_a.w * t + Cross(v, t);
}

Quaternion FromAxisAngle(const Vec3d& axis, double angle_rad) {
  const double s = std::sin(angle_rad / 2);
  return {std::cos(angle_rad / 2), s * axis.x, s * axis.y, s * axis.z};
}

Quaternion FromAxes(const Vec3d& x_axis_in_b, const Vec3d& y_axis_in_b, const Vec3d& z_axis_in_b) {
  const Vec3d& x = x_axis_in_b;
  const Vec3d& y = y_axis_in_b;
  const Vec3d& z = z_axis_in_b;
  // Four times the squares of w, x, y, z.
  const double ww = 1 + x.x + y.y + z.z;
  const double xx = 1 + x.x - y.y - z.z;
  const double yy = 1 - x.x + y.y - z.z;
  const double zz = 1 - x.x - y.y + z.z;
  const double largest = std::max({ww, xx, yy, zz});
  const double s = 0.5 / std::sqrt(largest);
  if (largest == ww) return {s * ww, s * (y.z - z.y), s * (z.x - x.z), s * (x.y - y.x)};
  if (largest == xx) return {s * (y.z - z.y), s * xx, s * (x.y + y.x), s * (z.x + x.z)};
  if (largest == yy) return {s * (z.x - x.z), s * (x.y + y.x), s * yy, s * (y.z + z.y)};
  return {s * (x.y - y.x), s * (z.x + x.z), s * (y.z + z.y), s * zz};
}

}  // namespace videopose

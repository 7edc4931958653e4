// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/euler.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace videopose::internal {
namespace {

constexpr double kPi = std::numbers::pi;

double Nearest(double angle_rad, double last_rad) {
  return angle_rad - 2 * kPi * std::round((angle_rad - last_rad) / (2 * kPi));
}

EulerZxy Nearest(const EulerZxy& euler, const EulerZxy& last) {
  return {Nearest(euler.z_rad, last.z_rad), Nearest(euler.x_rad, last.x_rad),
          Nearest(euler.y_rad, last.y_rad)};
}

double Distance(const EulerZxy& a, const EulerZxy& b) {
  return std::abs(a.z_rad - b.z_rad) + std::abs(a.x_rad - b.x_rad) + std::abs(a.y_rad - b.y_rad);
}

}  // namespace

// Rz Rx Ry =  | .            -sin z cos x   .           |
//             | .             cos z cos x   .           |
//             | -cos x sin y  sin x         cos x cos y |
// and the same rotation has the angles z + pi, pi - x, y + pi.
EulerZxy ToEulerZxy(const Quaternion& q, const EulerZxy& last) {
  constexpr double kGimbalLock = 1 - 1e-9;
  const Vec3d column_x = Rotate(q, {1, 0, 0}), column_y = Rotate(q, {0, 1, 0}),
              column_z = Rotate(q, {0, 0, 1});
  const double sine = std::clamp(column_y.z, -1.0, 1.0);
  if (std::abs(sine) > kGimbalLock) {
    // The first column is (cos(z +- y), sin(z +- y), 0).
    const double sum_rad = std::atan2(column_x.y, column_x.x);
    const double y_rad = sine > 0 ? sum_rad - last.z_rad : last.z_rad - sum_rad;
    return Nearest({last.z_rad, std::copysign(kPi / 2, sine), y_rad}, last);
  }
  const EulerZxy one{std::atan2(-column_y.x, column_y.y), std::asin(sine),
                     std::atan2(-column_x.z, column_z.z)};
  const EulerZxy other{one.z_rad + kPi, kPi - one.x_rad, one.y_rad + kPi};
  const EulerZxy near_one = Nearest(one, last), near_other = Nearest(other, last);
  return Distance(near_one, last) <= Distance(near_other, last) ? near_one : near_other;
}

}  // namespace videopose::internal

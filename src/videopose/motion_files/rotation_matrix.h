// SPDX-License-Identifier: Apache-2.0

// Rotations as the files of motion capture have them: products of turns about single axes.

#ifndef VIDEOPOSE_MOTION_FILES_ROTATION_MATRIX_H_
#define VIDEOPOSE_MOTION_FILES_ROTATION_MATRIX_H_

#include <array>
#include <cmath>
#include <cstddef>

namespace videopose::internal {

using RotationMatrix = std::array<double, 9>;  // row-major
inline constexpr RotationMatrix kIdentityRotation = {1, 0, 0, 0, 1, 0, 0, 0, 1};

inline RotationMatrix Product(const RotationMatrix& a, const RotationMatrix& b) {
  RotationMatrix c{};
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      for (size_t k = 0; k < 3; ++k) c[3 * i + j] += a[3 * i + k] * b[3 * k + j];
    }
  }
  return c;
}

// About axis 0 (x), 1 (y) or 2 (z), counter-clockwise seen from its tip.
inline RotationMatrix AboutAxis(size_t axis, double angle_rad) {
  const double c = std::cos(angle_rad), s = std::sin(angle_rad);
  if (axis == 0) return {1, 0, 0, 0, c, -s, 0, s, c};
  if (axis == 1) return {c, 0, s, 0, 1, 0, -s, 0, c};
  return {c, -s, 0, s, c, 0, 0, 0, 1};
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MOTION_FILES_ROTATION_MATRIX_H_

// SPDX-License-Identifier: Apache-2.0

// Turns as the files of motion capture have them.

#ifndef VIDEOPOSE_MOTION_FILES_AXIS_TURN_H_
#define VIDEOPOSE_MOTION_FILES_AXIS_TURN_H_

#include <array>
#include <cstddef>

#include "videopose/geometry.h"

namespace videopose::internal {

// About axis 0 (x), 1 (y) or 2 (z), counter-clockwise seen from its tip.
inline Quaternion AboutAxis(size_t axis, double angle_rad) {
  static constexpr std::array<Vec3d, 3> kAxes = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  return FromAxisAngle(kAxes[axis], angle_rad);
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MOTION_FILES_AXIS_TURN_H_

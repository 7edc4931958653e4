// SPDX-License-Identifier: Apache-2.0

// Rotations as three angles, for formats that hold them so.

#ifndef VIDEOPOSE_EXPORT_EULER_H_
#define VIDEOPOSE_EXPORT_EULER_H_

#include "videopose/geometry.h"

namespace videopose::internal {

// R = Rz(z) Rx(x) Ry(y).
struct EulerZxy {
  double z_rad = 0, x_rad = 0, y_rad = 0;
};

// Of all angles for this rotation, the ones nearest to `last`: a series of them has no jumps but
// those of the rotation itself. Near x = +-pi/2 only z + y or z - y is determined; z then stays.
EulerZxy ToEulerZxy(const Quaternion& q, const EulerZxy& last);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_EULER_H_

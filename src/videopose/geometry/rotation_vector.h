// SPDX-License-Identifier: Apache-2.0

// Rotations as vectors along the axis, as long as the angle: the exponential map of quaternions,
// and back.

#ifndef VIDEOPOSE_GEOMETRY_ROTATION_VECTOR_H_
#define VIDEOPOSE_GEOMETRY_ROTATION_VECTOR_H_

#include <cmath>

#include "videopose/geometry.h"

namespace videopose::internal {

inline Quaternion FromRotationVector(const Vec3d& rotation_rad) {
  const double angle_rad = Norm(rotation_rad);
  if (angle_rad < kNoDirection) return {};
  return FromAxisAngle((1 / angle_rad) * rotation_rad, angle_rad);
}

// Of length 0 to pi.
inline Vec3d RotationVectorOf(const Quaternion& q) {
  const double sign = q.w < 0 ? -1 : 1;  // both signs are the same rotation
  const Vec3d axis{sign * q.x, sign * q.y, sign * q.z};
  const double sine = Norm(axis);
  if (sine < kNoDirection) return 2.0 * axis;
  return (2 * std::atan2(sine, sign * q.w) / sine) * axis;
}

// On the shorter way from a (share 0) to b (share 1), with even speed.
inline Quaternion Between(const Quaternion& a, const Quaternion& b, double share) {
  return a * FromRotationVector(share * RotationVectorOf(Inverse(a) * b));
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GEOMETRY_ROTATION_VECTOR_H_

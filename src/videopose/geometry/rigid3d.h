// SPDX-License-Identifier: Apache-2.0

// A change of frame without scale: how the coordinates of a point in frame a become those in b.

#ifndef VIDEOPOSE_GEOMETRY_RIGID3D_H_
#define VIDEOPOSE_GEOMETRY_RIGID3D_H_

#include "videopose/geometry.h"

namespace videopose {

// Named b_from_a where x_in_b = b_from_a * x_in_a = Rotate(rotation, x_in_a) + translation.
struct Rigid3d {
  Quaternion rotation;
  Vec3d translation;  // of a's origin, in b
  bool operator==(const Rigid3d&) const = default;
};

inline Vec3d operator*(const Rigid3d& b_from_a, const Vec3d& x_in_a) {
  return Rotate(b_from_a.rotation, x_in_a) + b_from_a.translation;
}

// c_from_a = c_from_b * b_from_a.
inline Rigid3d operator*(const Rigid3d& c_from_b, const Rigid3d& b_from_a) {
  return {c_from_b.rotation * b_from_a.rotation, c_from_b * b_from_a.translation};
}

// a_from_b.
inline Rigid3d Inverse(const Rigid3d& b_from_a) {
  const Quaternion a_from_b = Inverse(b_from_a.rotation);
  return {a_from_b, -Rotate(a_from_b, b_from_a.translation)};
}

}  // namespace videopose

#endif  // VIDEOPOSE_GEOMETRY_RIGID3D_H_

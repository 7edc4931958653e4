// Rotations as unit quaternions, w + xi + yj + zk (Hamilton's product, active, right-handed).

#ifndef VIDEOPOSE_GEOMETRY_QUATERNION_H_
#define VIDEOPOSE_GEOMETRY_QUATERNION_H_

#include "videopose/geometry/vec.h"

namespace videopose {

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

}  // namespace videopose

#endif  // VIDEOPOSE_GEOMETRY_QUATERNION_H_

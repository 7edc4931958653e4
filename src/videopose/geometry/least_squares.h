// SPDX-License-Identifier: Apache-2.0

// What fits share: Eigen's vectors and matrices, and Cauchy's robust cost.

#ifndef VIDEOPOSE_GEOMETRY_LEAST_SQUARES_H_
#define VIDEOPOSE_GEOMETRY_LEAST_SQUARES_H_

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cmath>

#include "videopose/geometry.h"

namespace videopose::internal {

inline Eigen::Vector3d ToEigen(const Vec3d& a) { return {a.x, a.y, a.z}; }
// The matrix of a unit quaternion.
inline Eigen::Matrix3d ToEigen(const Quaternion& q) {
  return Eigen::Quaterniond(q.w, q.x, q.y, q.z).toRotationMatrix();
}
// v x a = CrossMatrix(v) a.
inline Eigen::Matrix3d CrossMatrix(const Eigen::Vector3d& v) {
  Eigen::Matrix3d m;
  m << 0, -v.z(), v.y(), v.z(), 0, -v.x(), -v.y(), v.x(), 0;
  return m;
}
inline Vec3d FromEigen(const Eigen::Vector3d& a) { return {a.x(), a.y(), a.z()}; }

// Cauchy's scale, in standard deviations.
inline constexpr double kOutlier = 3;
// c^2 log(1 + chi^2 / c^2), and its derivative by chi^2.
inline double RobustCost(double chi2, double c) { return c * c * std::log1p(chi2 / (c * c)); }
inline double RobustWeight(double chi2, double c) { return 1 / (1 + chi2 / (c * c)); }

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GEOMETRY_LEAST_SQUARES_H_

// SPDX-License-Identifier: Apache-2.0

// What the fits of this module share: Eigen's vectors, and Cauchy's robust cost.

#ifndef VIDEOPOSE_REFINE_LEAST_SQUARES_H_
#define VIDEOPOSE_REFINE_LEAST_SQUARES_H_

#include <Eigen/Core>
#include <cmath>

#include "videopose/geometry.h"

namespace videopose::internal {

inline Eigen::Vector3d ToEigen(const Vec3d& a) { return {a.x, a.y, a.z}; }
inline Vec3d FromEigen(const Eigen::Vector3d& a) { return {a.x(), a.y(), a.z()}; }

// Cauchy's scale, in standard deviations.
inline constexpr double kOutlier = 3;
// c^2 log(1 + chi^2 / c^2), and its derivative by chi^2.
inline double RobustCost(double chi2, double c) { return c * c * std::log1p(chi2 / (c * c)); }
inline double RobustWeight(double chi2, double c) { return 1 / (1 + chi2 / (c * c)); }

}  // namespace videopose::internal

#endif  // VIDEOPOSE_REFINE_LEAST_SQUARES_H_

// SPDX-License-Identifier: Apache-2.0

// Degrees and radians. Angles are radians unless a name says otherwise.

#ifndef VIDEOPOSE_GEOMETRY_ANGLE_H_
#define VIDEOPOSE_GEOMETRY_ANGLE_H_

#include <cmath>
#include <numbers>

#include "videopose/geometry.h"

namespace videopose::internal {

inline constexpr double kRadiansPerDegree = std::numbers::pi / 180;
inline constexpr double kDegreesPerRadian = 180 / std::numbers::pi;

// Of numbers or of vectors.
template <typename T>
constexpr T RadiansFromDegrees(T angle_deg) {
  return kRadiansPerDegree * angle_deg;
}
template <typename T>
constexpr T DegreesFromRadians(T angle_rad) {
  return kDegreesPerRadian * angle_rad;
}

// 0 to pi; exact also where the directions are nearly the same or opposite.
inline double AngleBetween_rad(const Vec3d& a, const Vec3d& b) {
  return std::atan2(Norm(Cross(a, b)), Dot(a, b));
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GEOMETRY_ANGLE_H_

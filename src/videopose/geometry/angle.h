// SPDX-License-Identifier: Apache-2.0

// Degrees and radians. Angles are radians unless a name says otherwise.

#ifndef VIDEOPOSE_GEOMETRY_ANGLE_H_
#define VIDEOPOSE_GEOMETRY_ANGLE_H_

#include <numbers>

namespace videopose {

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

}  // namespace videopose

#endif  // VIDEOPOSE_GEOMETRY_ANGLE_H_

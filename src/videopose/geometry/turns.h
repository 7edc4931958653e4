// SPDX-License-Identifier: Apache-2.0

// Frames of reference that turn over time, as that of a camera that pans.

#ifndef VIDEOPOSE_GEOMETRY_TURNS_H_
#define VIDEOPOSE_GEOMETRY_TURNS_H_

#include <cstdint>
#include <span>

#include "videopose/geometry.h"

namespace videopose::internal {

// b_from_a, one a frame. Empty: a and b are the same all the time.
using Turns = std::span<const Quaternion>;

inline Vec3d Turned(Turns b_from_a, int64_t t, const Vec3d& in_a) {
  return b_from_a.empty() ? in_a : Rotate(b_from_a[static_cast<size_t>(t)], in_a);
}
inline Vec3d TurnedBack(Turns b_from_a, int64_t t, const Vec3d& in_b) {
  return b_from_a.empty() ? in_b : Rotate(Inverse(b_from_a[static_cast<size_t>(t)]), in_b);
}
inline Turns Part(Turns turns, int64_t begin, int64_t length) {
  return turns.empty() ? turns
                       : turns.subspan(static_cast<size_t>(begin), static_cast<size_t>(length));
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GEOMETRY_TURNS_H_

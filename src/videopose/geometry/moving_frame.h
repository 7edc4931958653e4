// SPDX-License-Identifier: Apache-2.0

// Frames of reference that turn and move over time, as that of a camera that is carried.

#ifndef VIDEOPOSE_GEOMETRY_MOVING_FRAME_H_
#define VIDEOPOSE_GEOMETRY_MOVING_FRAME_H_

#include <cstdint>
#include <span>

#include "videopose/geometry.h"

namespace videopose::internal {

// b_from_a, one a frame. Empty: a and b are the same all the time.
using MovingFrame = std::span<const Rigid3d>;

// Where the origin of a is in b.
inline Vec3d OriginOf(MovingFrame b_from_a, int64_t t) {
  return b_from_a.empty() ? Vec3d() : b_from_a[static_cast<size_t>(t)].translation;
}
// Directions.
inline Vec3d Turned(MovingFrame b_from_a, int64_t t, const Vec3d& in_a) {
  return b_from_a.empty() ? in_a : Rotate(b_from_a[static_cast<size_t>(t)].rotation, in_a);
}
inline Vec3d TurnedBack(MovingFrame b_from_a, int64_t t, const Vec3d& in_b) {
  return b_from_a.empty() ? in_b : Rotate(Inverse(b_from_a[static_cast<size_t>(t)].rotation), in_b);
}
// Points.
inline Vec3d Moved(MovingFrame b_from_a, int64_t t, const Vec3d& in_a) {
  return Turned(b_from_a, t, in_a) + OriginOf(b_from_a, t);
}
inline Vec3d MovedBack(MovingFrame b_from_a, int64_t t, const Vec3d& in_b) {
  return TurnedBack(b_from_a, t, in_b - OriginOf(b_from_a, t));
}
inline MovingFrame Part(MovingFrame frame, int64_t begin, int64_t length) {
  return frame.empty() ? frame
                       : frame.subspan(static_cast<size_t>(begin), static_cast<size_t>(length));
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GEOMETRY_MOVING_FRAME_H_

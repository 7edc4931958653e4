// SPDX-License-Identifier: Apache-2.0

// How a frame is stored: one of the eight ways to rotate and mirror a rectangle.

#ifndef VIDEOPOSE_MEDIA_ORIENTATION_H_
#define VIDEOPOSE_MEDIA_ORIENTATION_H_

#include <cstddef>
#include <cstdint>

#include "videopose/media.h"

namespace videopose::internal {

// upright(x', y') = stored(x, y), where (x', y') is (x, y), or (y, x) if transposed, and then
// counted from the other side where mirrored.
struct Orientation {
  bool transpose = false;
  bool mirror_x = false, mirror_y = false;  // of the upright frame

  bool operator==(const Orientation&) const = default;
  bool is_identity() const { return *this == Orientation{}; }

  // Clockwise, 0, 90, 180 or 270; of a mirrored frame: the turn after a left-right mirroring.
  int rotation_deg() const;
};

// From FFmpeg's display matrix, 9 numbers: x' = m[0] x + m[3] y, y' = m[1] x + m[4] y. Angles
// between are taken to the nearest quarter turn.
Orientation OrientationFromDisplayMatrix(const int32_t* matrix);

// `stored` has rows `stride_bytes` apart; `upright` has its size set already.
void CopyUpright(const uint8_t* stored, ptrdiff_t stride_bytes, Orientation orientation,
                 Image& upright);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_ORIENTATION_H_

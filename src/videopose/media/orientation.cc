// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/orientation.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace videopose::internal {
namespace {

// Turned frames are read along columns; in blocks of this many pixels they stay in the cache.
constexpr int kBlockPx = 16;

void CopyRows(const uint8_t* stored, ptrdiff_t stride_bytes, Orientation orientation,
              Image& upright) {
  const int width = upright.width_px, height = upright.height_px;
  for (int y = 0; y < height; ++y) {
    const uint8_t* from = stored + (orientation.mirror_y ? height - 1 - y : y) * stride_bytes;
    auto* to = reinterpret_cast<uint32_t*>(upright.row(y));
    std::memcpy(to, from, upright.stride_bytes());
    if (orientation.mirror_x) std::reverse(to, to + width);
  }
}

void CopyTransposed(const uint8_t* stored, ptrdiff_t stride_bytes, Orientation orientation,
                    Image& upright) {
  const int width = upright.width_px, height = upright.height_px;
  for (int block_y = 0; block_y < height; block_y += kBlockPx) {
    for (int x = 0; x < width; ++x) {
      const int stored_y = orientation.mirror_x ? width - 1 - x : x;
      const auto* from = reinterpret_cast<const uint32_t*>(stored + stored_y * stride_bytes);
      for (int y = block_y; y < std::min(block_y + kBlockPx, height); ++y) {
        const int stored_x = orientation.mirror_y ? height - 1 - y : y;
        reinterpret_cast<uint32_t*>(upright.row(y))[x] = from[stored_x];
      }
    }
  }
}

}  // namespace

int Orientation::rotation_deg() const {
  // The direction of the stored x axis in the upright frame, after a mirroring is undone.
  const bool is_mirrored = mirror_x ^ mirror_y ^ transpose;
  if (!transpose) return mirror_x != is_mirrored ? 180 : 0;
  return mirror_y != is_mirrored ? 270 : 90;
}

Orientation OrientationFromDisplayMatrix(const int32_t* matrix) {
  const int64_t a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
  Orientation orientation;
  orientation.transpose = std::abs(b) + std::abs(c) > std::abs(a) + std::abs(d);
  orientation.mirror_x = (orientation.transpose ? c : a) < 0;
  orientation.mirror_y = (orientation.transpose ? b : d) < 0;
  return orientation;
}

void CopyUpright(const uint8_t* stored, ptrdiff_t stride_bytes, Orientation orientation,
                 Image& upright) {
  if (orientation.transpose) {
    CopyTransposed(stored, stride_bytes, orientation, upright);
  } else {
    CopyRows(stored, stride_bytes, orientation, upright);
  }
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// A rectangle of an Image that one panel draws into, and colours.

#ifndef VIDEOPOSE_RENDER_TILE_H_
#define VIDEOPOSE_RENDER_TILE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "videopose/base/check.h"
#include "videopose/media.h"

namespace videopose::internal {

// Channels 0..255; fractions keep gradients smooth until they are written.
struct Rgb {
  float r = 0, g = 0, b = 0;
  friend Rgb operator+(Rgb p, Rgb q) { return {p.r + q.r, p.g + q.g, p.b + q.b}; }
  friend Rgb operator*(float s, Rgb p) { return {s * p.r, s * p.g, s * p.b}; }
  bool operator==(const Rgb&) const = default;
};

inline Rgb Mix(Rgb a, Rgb b, float share_of_b) { return (1 - share_of_b) * a + share_of_b * b; }

// Borrowed pixels, in Image's format.
struct Tile {
  uint8_t* bgrx = nullptr;
  size_t stride_bytes = 0;
  int width_px = 0, height_px = 0;

  uint8_t* row(int y) const { return bgrx + static_cast<size_t>(y) * stride_bytes; }
};

inline Tile TileOf(Image& image, int x_px, int y_px, int width_px, int height_px) {
  VP_CHECK(x_px >= 0 && y_px >= 0 && x_px + width_px <= image.width_px &&
               y_px + height_px <= image.height_px,
           "{}x{} at ({}, {}) of {}x{}", width_px, height_px, x_px, y_px, image.width_px,
           image.height_px);
  return {image.row(y_px) + static_cast<size_t>(x_px) * Image::kBytesPerPixel, image.stride_bytes(),
          width_px, height_px};
}
inline Tile TileOf(Image& image) { return TileOf(image, 0, 0, image.width_px, image.height_px); }

inline void CopyTile(const Image& from, Tile to) {
  for (int y = 0; y < to.height_px; ++y) {
    std::copy_n(from.row(y), static_cast<size_t>(to.width_px) * Image::kBytesPerPixel, to.row(y));
  }
}

inline uint8_t ByteOf(float channel) {
  const float raised = std::clamp(channel, 0.0F, 255.0F) + 0.5F;  // cutting off then rounds
  return static_cast<uint8_t>(raised);
}

inline void StorePixel(uint8_t* pixel, Rgb colour) {
  pixel[0] = ByteOf(colour.b);
  pixel[1] = ByteOf(colour.g);
  pixel[2] = ByteOf(colour.r);
  pixel[3] = 255;
}
inline Rgb LoadPixel(const uint8_t* pixel) {
  return {static_cast<float>(pixel[2]), static_cast<float>(pixel[1]), static_cast<float>(pixel[0])};
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_TILE_H_

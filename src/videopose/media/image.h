// A picture in memory, the same from decoder to encoder: 4 bytes a pixel in the order B, G, R,
// unused, which is both FFmpeg's BGR0 and Cairo's RGB24 on little-endian machines, so that nothing
// is converted in between.

#ifndef VIDEOPOSE_MEDIA_IMAGE_H_
#define VIDEOPOSE_MEDIA_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace videopose {

struct Image {
  static constexpr int kBytesPerPixel = 4;

  int width_px = 0, height_px = 0;
  std::vector<uint8_t> bgrx;  // height * stride_bytes(), rows from the top

  Image() = default;
  Image(int width, int height)
      : width_px(width),
        height_px(height),
        bgrx(static_cast<size_t>(width) * height * kBytesPerPixel) {}

  size_t stride_bytes() const { return static_cast<size_t>(width_px) * kBytesPerPixel; }
  uint8_t* row(int y) { return bgrx.data() + static_cast<size_t>(y) * stride_bytes(); }
  const uint8_t* row(int y) const { return bgrx.data() + static_cast<size_t>(y) * stride_bytes(); }
  bool operator==(const Image&) const = default;
};

}  // namespace videopose

#endif  // VIDEOPOSE_MEDIA_IMAGE_H_

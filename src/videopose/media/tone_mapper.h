// SPDX-License-Identifier: Apache-2.0

// HDR video (HLG, PQ) as the SDR image that detector, drawing and encoder expect.
//
// ITU-R BT.2100 gives the light that a display shows for a signal, BT.2408 the reference white of
// 203 cd/m2. That white becomes nearly white (white stays white: detectors and people know walls
// and shirts), darker light is kept, brighter light up to 1000 cd/m2 goes into what is left:
//
//   x = max(R, G, B) / 203 cd/m2     y = x                          x <= k = 0.7
//                                    y = k + (1 - k) t (1 + a) / (t + a),  t = (x - k) / (p - k)
//
// with p = 1000 / 203, and a such that the slope is 1 at k. All three are scaled by y / x, which
// keeps the hue. BT.2020's primaries become BT.709's (BT.2087).

#ifndef VIDEOPOSE_MEDIA_TONE_MAPPER_H_
#define VIDEOPOSE_MEDIA_TONE_MAPPER_H_

#include <cstdint>
#include <vector>

#include "videopose/media.h"
#include "videopose/media/ffmpeg_util.h"

namespace videopose::internal {

class ToneMapper {
 public:
  // Whether the frame's transfer function is one of HDR's.
  static bool IsNeeded(const AVFrame* frame);

  // For frames like `frame`, which needs it.
  explicit ToneMapper(const AVFrame* frame);
  bool Fits(const AVFrame* frame) const;

  // One row of R, G, B as the signal has them, 16 bits each, to `width_px` pixels of an Image.
  void MapRow(const uint16_t* signal, int width_px, uint8_t* bgrx) const;

 private:
  AVColorTransferCharacteristic transfer_;
  AVColorPrimaries primaries_;
  // By the signal's upper 12 bits: light, 1 the reference white (HLG: of the scene, 0 to 1).
  std::vector<float> light_;
  // HLG: by the scene's luminance, what makes it light of the display.
  std::vector<float> display_gain_;
  std::vector<float> gain_;     // y / x, by x
  std::vector<uint8_t> coded_;  // sRGB, by y
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_TONE_MAPPER_H_

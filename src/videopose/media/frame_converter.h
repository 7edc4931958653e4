// SPDX-License-Identifier: Apache-2.0

// Decoded frames of any pixel format into Images.

#ifndef VIDEOPOSE_MEDIA_FRAME_CONVERTER_H_
#define VIDEOPOSE_MEDIA_FRAME_CONVERTER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "videopose/media.h"
#include "videopose/media/ffmpeg_util.h"
#include "videopose/media/orientation.h"
#include "videopose/media/tone_mapper.h"

namespace videopose::internal {

class FrameConverter {
 public:
  // The size of all Images it makes.
  FrameConverter(int width_px, int height_px) : width_px_(width_px), height_px_(height_px) {}

  // Colours follow the frame's matrix and range as FFmpeg's scale filter does; HDR is tone-mapped;
  // what is transparent becomes black. Throws std::logic_error if FFmpeg cannot convert the format.
  void Convert(const AVFrame* frame, Orientation orientation, Image& image);

 private:
  void PrepareScaler(const AVFrame* frame, AVPixelFormat to, int width_px, int height_px);
  void Scale(const AVFrame* frame, uint8_t* pixels, int stride_bytes, int height_px);

  int width_px_, height_px_;
  FfmpegPtr<SwsContext> scaler_;
  std::array<int, 8> scaler_key_{};  // what scaler_ was made for
  std::optional<ToneMapper> tone_mapper_;
  std::vector<uint16_t> signal_;  // R, G, B of HDR
  Image stored_;                  // before it is turned upright, or padded
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_FRAME_CONVERTER_H_

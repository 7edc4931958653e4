// SPDX-License-Identifier: Apache-2.0

// Single images as PNG or JPEG.

#ifndef VIDEOPOSE_MEDIA_IMAGE_ENCODER_H_
#define VIDEOPOSE_MEDIA_IMAGE_ENCODER_H_

#include <string>

#include "videopose/media.h"
#include "videopose/media/ffmpeg_util.h"

namespace videopose::internal {

enum class ImageFormat { kPng, kJpeg };

class ImageEncoder {
 public:
  ImageEncoder(ImageFormat format, int width_px, int height_px);

  // The bytes of a whole file.
  std::string Encode(const Image& image);

 private:
  FfmpegPtr<AVCodecContext> encoder_;
  FfmpegPtr<SwsContext> scaler_;
  FfmpegPtr<AVFrame> frame_ = NewFrame();
  FfmpegPtr<AVPacket> packet_ = NewPacket();
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_IMAGE_ENCODER_H_

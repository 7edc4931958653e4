// SPDX-License-Identifier: Apache-2.0

// Frames stored on disk without loss, for a second pass over them.

#ifndef VIDEOPOSE_MEDIA_LOSSLESS_VIDEO_H_
#define VIDEOPOSE_MEDIA_LOSSLESS_VIDEO_H_

#include <filesystem>

#include "videopose/media.h"
#include "videopose/media/media_output.h"

namespace videopose::internal {

class LosslessVideo {
 public:
  // In a file beside `neighbour`, hidden and named like it, that is removed with this object.
  LosslessVideo(const std::filesystem::path& neighbour, int width_px, int height_px, int threads);

  void Write(const Image& image);
  // Afterwards a VideoReader gives the same frames from path().
  void Finish();
  const std::filesystem::path& path() const { return output_.temporary_path(); }

 private:
  MediaOutput output_;
  FfmpegPtr<AVCodecContext> encoder_;
  AVStream* stream_ = nullptr;
  FfmpegPtr<AVFrame> frame_ = NewFrame();
};

// Copies into a frame of the same size with pixel format BGR0.
void CopyToFrame(const Image& image, AVFrame* frame);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_LOSSLESS_VIDEO_H_

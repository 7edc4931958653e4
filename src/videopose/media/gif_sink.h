// SPDX-License-Identifier: Apache-2.0

// .gif: 256 colours chosen for the whole clip, looping.

#ifndef VIDEOPOSE_MEDIA_GIF_SINK_H_
#define VIDEOPOSE_MEDIA_GIF_SINK_H_

#include <filesystem>

#include "videopose/media.h"
#include "videopose/media/ffmpeg_util.h"
#include "videopose/media/frame_sink.h"
#include "videopose/media/lossless_video.h"
#include "videopose/media/media_output.h"

namespace videopose::internal {

// The colours are known only after the last frame. Until then the frames wait in a lossless
// file, so memory stays bounded.
class GifSink : public FrameSink {
 public:
  GifSink(const std::filesystem::path& path, const VideoWriterOptions& options);

  void Write(const Image& image) override;
  void Close() override;

 private:
  void OpenEncoder();
  void BuildColourCounter();
  void BuildPainter();
  FfmpegPtr<AVFrame> ChoosePalette();
  void EncodePainted();

  VideoWriterOptions options_;
  MediaOutput output_;
  LosslessVideo waiting_;
  FfmpegPtr<AVCodecContext> encoder_;
  AVStream* stream_ = nullptr;
  FfmpegPtr<AVFrame> frame_ = NewFrame();

  FfmpegPtr<AVFilterGraph> counter_, painter_;
  AVFilterContext* counter_in_ = nullptr;
  AVFilterContext* counter_out_ = nullptr;
  AVFilterContext* painter_in_ = nullptr;
  AVFilterContext* painter_palette_ = nullptr;
  AVFilterContext* painter_out_ = nullptr;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_GIF_SINK_H_

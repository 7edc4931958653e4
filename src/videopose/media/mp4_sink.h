// SPDX-License-Identifier: Apache-2.0

// .mp4 with H.264, for every player.

#ifndef VIDEOPOSE_MEDIA_MP4_SINK_H_
#define VIDEOPOSE_MEDIA_MP4_SINK_H_

#include <filesystem>
#include <memory>

#include "videopose/media.h"
#include "videopose/media/audio_track.h"
#include "videopose/media/ffmpeg_util.h"
#include "videopose/media/frame_sink.h"
#include "videopose/media/media_output.h"

namespace videopose::internal {

class Mp4Sink : public FrameSink {
 public:
  Mp4Sink(const std::filesystem::path& path, const VideoWriterOptions& options);

  void Write(const Image& image) override;
  void Close() override;

 private:
  void OpenEncoder(const VideoWriterOptions& options);
  void OpenScaler(const VideoWriterOptions& options);

  MediaOutput output_;
  FfmpegPtr<AVCodecContext> encoder_;
  AVStream* stream_ = nullptr;
  FfmpegPtr<SwsContext> scaler_;
  FfmpegPtr<AVFrame> frame_ = NewFrame();
  Image padded_;                       // empty where the size is even
  std::unique_ptr<AudioTrack> audio_;  // null: no audio
  int64_t frame_count_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_MP4_SINK_H_

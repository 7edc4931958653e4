// SPDX-License-Identifier: Apache-2.0

// The decoded frames of a video stream.

#ifndef VIDEOPOSE_MEDIA_VIDEO_SOURCE_H_
#define VIDEOPOSE_MEDIA_VIDEO_SOURCE_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "videopose/media/deinterlacer.h"
#include "videopose/media/frame_source.h"
#include "videopose/media/media_input.h"

namespace videopose::internal {

class VideoSource : public FrameSource {
 public:
  VideoSource(std::unique_ptr<MediaInput> input, int threads);

  bool Next(AVFrame* frame) override;
  void SkipTo(int64_t pts) override;
  AVRational time_base() const override { return stream_->time_base; }
  const std::filesystem::path& current_path() const override { return path_; }
  VideoInfo Describe() const override;
  const int32_t* display_matrix() const override;
  AVRational sample_aspect_ratio() const override;

 private:
  void Open(std::unique_ptr<MediaInput> input);
  bool Decode(AVFrame* frame);
  void FeedDecoder();
  void SetTime(AVFrame* frame);
  int64_t LeapLimit() const;
  bool Seek(int64_t pts);
  void NoteEnd();
  void NoteDecodeError(const std::string& reason);
  void DescribeDecodeErrors();

  std::filesystem::path path_;
  int threads_;
  std::unique_ptr<MediaInput> input_;
  AVStream* stream_ = nullptr;
  DecoderMessages messages_;
  FfmpegPtr<AVCodecContext> codec_;
  FfmpegPtr<AVPacket> packet_ = NewPacket();
  std::optional<Deinterlacer> deinterlacer_;
  FfmpegPtr<AVFrame> held_back_ = NewFrame();  // has data: returned by the next Next
  FrameRate frame_rate_;

  bool has_times_ = true;  // the container has them; else frames are counted
  int64_t interval_ = 0;   // from frame to frame, in time_base
  std::optional<int64_t> first_pts_, last_pts_;
  int64_t shift_ = 0;  // of the container's times, to follow on where they leap

  // The place of the first decode error, and how many frames were decoded after it.
  std::string end_reason_;  // why reading stopped, if not at the proper end
  double first_error_s_ = 0;
  int64_t frames_after_error_ = 0, decode_error_count_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_VIDEO_SOURCE_H_

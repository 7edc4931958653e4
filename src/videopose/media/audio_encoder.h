// SPDX-License-Identifier: Apache-2.0

// Audio of any codec into AAC.

#ifndef VIDEOPOSE_MEDIA_AUDIO_ENCODER_H_
#define VIDEOPOSE_MEDIA_AUDIO_ENCODER_H_

#include "videopose/media/ffmpeg_util.h"
#include "videopose/media/media_input.h"
#include "videopose/media/media_output.h"

namespace videopose::internal {

class AudioEncoder {
 public:
  // Adds a stream to `output`. Throws Error if FFmpeg cannot decode `source`.
  AudioEncoder(const MediaInput& input, const AVStream* source, MediaOutput& output);

  // Times in the source's time base; audio before time 0 is cut off, silence fills gaps.
  void Add(const AVPacket* packet);
  // Cuts the audio off at this time.
  void Finish(double end_s);

 private:
  void BuildGraph(const AVFrame* first);
  void Filter(AVFrame* frame);
  void EncodeFiltered(int64_t end_sample);
  void DecodeAvailable();

  MediaOutput& output_;
  AVRational source_time_base_;
  FfmpegPtr<AVCodecContext> decoder_, encoder_;
  AVStream* stream_ = nullptr;
  FfmpegPtr<AVFilterGraph> graph_;
  AVFilterContext* graph_in_ = nullptr;
  AVFilterContext* graph_out_ = nullptr;
  FfmpegPtr<AVFrame> decoded_ = NewFrame(), filtered_ = NewFrame();
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_AUDIO_ENCODER_H_

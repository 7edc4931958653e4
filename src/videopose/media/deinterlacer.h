// SPDX-License-Identifier: Apache-2.0

// Interlaced frames hold two moments in alternating lines, so people who move have comb edges.

#ifndef VIDEOPOSE_MEDIA_DEINTERLACER_H_
#define VIDEOPOSE_MEDIA_DEINTERLACER_H_

#include "videopose/media/ffmpeg_util.h"

namespace videopose::internal {

// FFmpeg's yadif, one frame out per frame in; progressive frames pass unchanged.
class Deinterlacer {
 public:
  // For frames like `frame`, with times in `time_base`.
  Deinterlacer(const AVFrame* frame, AVRational time_base);

  bool Fits(const AVFrame* frame) const;
  void Add(AVFrame* frame);  // takes its contents; null: there are no more
  bool Take(AVFrame* frame);

 private:
  int width_px_, height_px_, pixel_format_;
  AVRational time_base_;
  FfmpegPtr<AVFilterGraph> graph_;
  AVFilterContext* source_;
  AVFilterContext* sink_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_DEINTERLACER_H_

// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/deinterlacer.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

#include <new>

#include "videopose/base/error.h"

namespace videopose::internal {

Deinterlacer::Deinterlacer(const AVFrame* frame, AVRational time_base)
    : width_px_(frame->width),
      height_px_(frame->height),
      pixel_format_(frame->format),
      time_base_(time_base),
      graph_(avfilter_graph_alloc()) {
  if (!graph_) throw std::bad_alloc();
  graph_->nb_threads = 1;  // decoding goes on in parallel anyway
  source_ = AddFilter(graph_.get(), "buffer", "in",
                      fmt::format("video_size={}x{}:pix_fmt={}:time_base={}/{}", width_px_,
                                  height_px_, pixel_format_, time_base.num, time_base.den));
  sink_ = AddFilter(graph_.get(), "buffersink", "out", "");
  JoinFilters(graph_.get(), source_, sink_, "yadif=mode=send_frame:deint=interlaced");
}

bool Deinterlacer::Fits(const AVFrame* frame) const {
  return frame->width == width_px_ && frame->height == height_px_ && frame->format == pixel_format_;
}

void Deinterlacer::Add(AVFrame* frame) {
  const int status =
      av_buffersrc_add_frame_flags(source_, frame, AV_BUFFERSRC_FLAG_NO_CHECK_FORMAT);
  if (status < 0 && status != AVERROR_EOF) {
    Fail(ErrorCode::kWrongFormat, "a frame could not be deinterlaced: {}", FfmpegReason(status));
  }
}

bool Deinterlacer::Take(AVFrame* frame) {
  av_frame_unref(frame);
  if (av_buffersink_get_frame(sink_, frame) < 0) return false;
  frame->pts = av_rescale_q(frame->pts, av_buffersink_get_time_base(sink_), time_base_);
  return true;
}

}  // namespace videopose::internal

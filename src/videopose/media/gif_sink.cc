// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/gif_sink.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

#include <new>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/parallel.h"
#include "videopose/media.h"

namespace videopose::internal {
namespace {

// A GIF counts time in hundredths of a second, and browsers slow down frames of less than two of
// them, so frames of faster clips are dropped.
constexpr AVRational kTick = {1, 100};
constexpr int64_t kLeastTicks = 2;

// Colours are counted in frames scaled to this: every pixel would take longer and much memory.
constexpr int kCountingHeightPx = 160;

std::string BufferArguments(int width_px, int height_px, AVPixelFormat format) {
  return fmt::format("video_size={}x{}:pix_fmt={}:time_base={}/{}", width_px, height_px,
                     static_cast<int>(format), kTick.num, kTick.den);
}

}  // namespace

GifSink::GifSink(const std::filesystem::path& path, const VideoWriterOptions& options)
    : options_(options),
      output_(path, "gif"),
      waiting_(path, options.width_px, options.height_px,
               options.threads > 0 ? options.threads : ThreadCount()) {
  OpenEncoder();
  BuildColourCounter();
  frame_->width = options.width_px;
  frame_->height = options.height_px;
  frame_->format = AV_PIX_FMT_BGR0;
  output_.Check(av_frame_get_buffer(frame_.get(), 0));
  frame_->pts = 0;
}

void GifSink::OpenEncoder() {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_GIF);
  VP_CHECK(codec != nullptr, "FFmpeg without GIF");
  encoder_.reset(avcodec_alloc_context3(codec));
  if (!encoder_) throw std::bad_alloc();
  encoder_->width = options_.width_px;
  encoder_->height = options_.height_px;
  encoder_->pix_fmt = AV_PIX_FMT_PAL8;
  encoder_->time_base = kTick;
  output_.Check(avcodec_open2(encoder_.get(), codec, nullptr));
  stream_ = output_.AddStream(*encoder_);
  output_.WriteHeader("loop=0");
}

void GifSink::BuildColourCounter() {
  counter_.reset(avfilter_graph_alloc());
  if (!counter_) throw std::bad_alloc();
  counter_in_ = AddFilter(counter_.get(), "buffer", "in",
                          BufferArguments(options_.width_px, options_.height_px, AV_PIX_FMT_BGR0));
  counter_out_ = AddFilter(counter_.get(), "buffersink", "out", "");
  JoinFilters(counter_.get(), counter_in_, counter_out_,
              fmt::format("scale=-2:min(ih\\,{}):flags=neighbor,palettegen", kCountingHeightPx));
}

void GifSink::BuildPainter() {
  painter_.reset(avfilter_graph_alloc());
  if (!painter_) throw std::bad_alloc();
  painter_in_ = AddFilter(painter_.get(), "buffer", "in",
                          BufferArguments(options_.width_px, options_.height_px, AV_PIX_FMT_BGR0));
  painter_palette_ =
      AddFilter(painter_.get(), "buffer", "palette", BufferArguments(16, 16, AV_PIX_FMT_RGB32));
  painter_out_ = AddFilter(painter_.get(), "buffersink", "out", "");
  // An ordered dither stays where it is from frame to frame, so that still parts do not flicker.
  AVFilterContext* paint = AddFilter(painter_.get(), "paletteuse", "paint",
                                     "dither=bayer:bayer_scale=4:diff_mode=rectangle");
  const bool is_linked = avfilter_link(painter_in_, 0, paint, 0) >= 0 &&
                         avfilter_link(painter_palette_, 0, paint, 1) >= 0 &&
                         avfilter_link(paint, 0, painter_out_, 0) >= 0 &&
                         avfilter_graph_config(painter_.get(), nullptr) >= 0;
  VP_CHECK(is_linked, "paletteuse: {}", TakeFfmpegMessage());
}

void GifSink::Write(const Image& image) {
  waiting_.Write(image);
  output_.Check(av_frame_make_writable(frame_.get()));
  CopyToFrame(image, frame_.get());
  output_.Check(
      av_buffersrc_add_frame_flags(counter_in_, frame_.get(), AV_BUFFERSRC_FLAG_KEEP_REF));
  ++frame_->pts;
}

FfmpegPtr<AVFrame> GifSink::ChoosePalette() {
  FfmpegPtr<AVFrame> palette = NewFrame();
  output_.Check(av_buffersrc_add_frame(counter_in_, nullptr));
  output_.Check(av_buffersink_get_frame(counter_out_, palette.get()));
  palette->pts = 0;
  counter_.reset();
  return palette;
}

void GifSink::EncodePainted() {
  const FfmpegPtr<AVFrame> painted = NewFrame();
  while (av_buffersink_get_frame(painter_out_, painted.get()) >= 0) {
    output_.Encode(encoder_.get(), painted.get(), stream_);
    av_frame_unref(painted.get());
  }
}

void GifSink::Close() {
  waiting_.Finish();
  BuildPainter();
  const FfmpegPtr<AVFrame> palette = ChoosePalette();
  output_.Check(av_buffersrc_add_frame(painter_palette_, palette.get()));
  output_.Check(av_buffersrc_add_frame(painter_palette_, nullptr));

  VideoReader reader(waiting_.path(), {.threads = options_.threads});
  Image image;
  const AVRational frame_duration = av_inv_q(ToRational(options_.frame_rate));
  int64_t last_tick = -kLeastTicks;
  for (int64_t k = 0; reader.Read(image); ++k) {
    const int64_t tick = av_rescale_q(k, frame_duration, kTick);
    if (tick < last_tick + kLeastTicks) continue;
    last_tick = tick;
    output_.Check(av_frame_make_writable(frame_.get()));
    CopyToFrame(image, frame_.get());
    frame_->pts = tick;
    output_.Check(
        av_buffersrc_add_frame_flags(painter_in_, frame_.get(), AV_BUFFERSRC_FLAG_KEEP_REF));
    EncodePainted();
  }
  if (!reader.decode_warnings().empty()) {
    FailAt(output_.target(), ErrorCode::kCannotWrite, "{}", reader.decode_warnings());
  }
  output_.Check(av_buffersrc_add_frame(painter_in_, nullptr));
  EncodePainted();
  output_.Encode(encoder_.get(), nullptr, stream_);
  output_.Finish();
}

}  // namespace videopose::internal

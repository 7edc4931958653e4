// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/lossless_video.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
}

#include <new>

#include "videopose/base/error.h"

namespace videopose::internal {

LosslessVideo::LosslessVideo(const std::filesystem::path& neighbour, int width_px, int height_px,
                             int threads)
    : output_(std::filesystem::path(neighbour).concat(".frames.mkv"), "matroska") {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_FFV1);
  if (codec == nullptr) {
    Fail(ErrorCode::kUnsupported, "{}: this FFmpeg has no FFV1", neighbour.string());
  }
  encoder_.reset(avcodec_alloc_context3(codec));
  if (!encoder_) throw std::bad_alloc();
  encoder_->width = width_px;
  encoder_->height = height_px;
  encoder_->pix_fmt = AV_PIX_FMT_BGR0;
  encoder_->framerate = {25, 1};  // any: only the order matters
  encoder_->time_base = {1, 25};
  encoder_->thread_count = threads;
  if (output_.wants_global_header()) encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  encoder_->level = 3;  // in slices, a thread each
  output_.Check(avcodec_open2(encoder_.get(), codec, nullptr));
  stream_ = output_.AddStream(*encoder_);
  output_.WriteHeader("");

  frame_->width = width_px;
  frame_->height = height_px;
  frame_->format = AV_PIX_FMT_BGR0;
  output_.Check(av_frame_get_buffer(frame_.get(), 0));
  frame_->pts = 0;
}

void LosslessVideo::Write(const Image& image) {
  output_.Check(av_frame_make_writable(frame_.get()));
  CopyToFrame(image, frame_.get());
  output_.Encode(encoder_.get(), frame_.get(), stream_);
  ++frame_->pts;
}

void LosslessVideo::Finish() {
  output_.Encode(encoder_.get(), nullptr, stream_);
  output_.FinishTemporary();
}

void CopyToFrame(const Image& image, AVFrame* frame) {
  av_image_copy_plane(frame->data[0], frame->linesize[0], image.bgrx.data(),
                      static_cast<int>(image.stride_bytes()),
                      static_cast<int>(image.stride_bytes()), image.height_px);
}

}  // namespace videopose::internal

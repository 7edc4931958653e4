// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/image_encoder.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <new>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

// 2 is the best that JPEG's usual tables give.
constexpr int kJpegQuality = 2;
// zlib's fastest; level 6 takes nearly three times as long for files a fifth smaller.
constexpr int kPngCompression = 1;

void Check(int status) {
  if (status < 0) {
    Fail(ErrorCode::kCannotWrite, "an image could not be encoded: {}", FfmpegReason(status));
  }
}

}  // namespace

ImageEncoder::ImageEncoder(ImageFormat format, int width_px, int height_px) {
  const bool is_png = format == ImageFormat::kPng;
  const AVCodec* codec = avcodec_find_encoder(is_png ? AV_CODEC_ID_PNG : AV_CODEC_ID_MJPEG);
  if (codec == nullptr) {
    Fail(ErrorCode::kCannotWrite, "this FFmpeg cannot write {}", is_png ? "PNG" : "JPEG");
  }
  encoder_.reset(avcodec_alloc_context3(codec));
  if (!encoder_) throw std::bad_alloc();
  encoder_->width = width_px;
  encoder_->height = height_px;
  encoder_->pix_fmt = is_png ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_YUVJ420P;
  encoder_->time_base = {1, 25};
  encoder_->thread_count = 1;  // a second thread would hold one frame back
  if (is_png) {
    encoder_->compression_level = kPngCompression;
    av_opt_set(encoder_->priv_data, "pred", "sub", 0);
  } else {
    encoder_->color_range = AVCOL_RANGE_JPEG;
    encoder_->flags |= AV_CODEC_FLAG_QSCALE;
    encoder_->global_quality = FF_QP2LAMBDA * kJpegQuality;
  }
  Check(avcodec_open2(encoder_.get(), codec, nullptr));
  scaler_.reset(sws_getContext(width_px, height_px, AV_PIX_FMT_BGR0, width_px, height_px,
                               encoder_->pix_fmt, SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr,
                               nullptr));
  if (!scaler_) throw std::bad_alloc();
  frame_->width = width_px;
  frame_->height = height_px;
  frame_->format = encoder_->pix_fmt;
  Check(av_frame_get_buffer(frame_.get(), 0));
  frame_->quality = encoder_->global_quality;
  frame_->pts = 0;
}

std::string ImageEncoder::Encode(const Image& image) {
  Check(av_frame_make_writable(frame_.get()));
  const uint8_t* const planes[4] = {image.bgrx.data()};
  const int strides[4] = {static_cast<int>(image.stride_bytes())};
  sws_scale(scaler_.get(), planes, strides, 0, image.height_px, frame_->data, frame_->linesize);
  Check(avcodec_send_frame(encoder_.get(), frame_.get()));
  ++frame_->pts;
  Check(avcodec_receive_packet(encoder_.get(), packet_.get()));
  std::string bytes(reinterpret_cast<const char*>(packet_->data),
                    static_cast<size_t>(packet_->size));
  av_packet_unref(packet_.get());
  return bytes;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/mp4_sink.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>
#include <string_view>

#include "videopose/base/error.h"
#include "videopose/base/parallel.h"

namespace videopose::internal {
namespace {

// On two cores, 768x432: "superfast" saves a fifth of the processor's time, but at the same crf its
// files are twice as large.
constexpr const char* kPreset = "veryfast";

// One more row and column where the size is odd, which repeat the last: H.264 with its half-size
// chroma needs even numbers.
void Pad(const Image& image, Image& padded) {
  for (int y = 0; y < padded.height_px; ++y) {
    const uint8_t* from = image.row(std::min(y, image.height_px - 1));
    std::memcpy(padded.row(y), from, image.stride_bytes());
    if (padded.width_px > image.width_px) {
      std::memcpy(padded.row(y) + image.stride_bytes(),
                  from + image.stride_bytes() - Image::kBytesPerPixel, Image::kBytesPerPixel);
    }
  }
}

int RoundedUpToEven(int value) { return value + value % 2; }

// x264 is GPL, so wheels for PyPI do without (tools/wheel.sh) and have OpenH264.
const AVCodec* FindH264Encoder() {
  const AVCodec* x264 = avcodec_find_encoder_by_name("libx264");
  return x264 != nullptr ? x264 : avcodec_find_encoder_by_name("libopenh264");
}

}  // namespace

Mp4Sink::Mp4Sink(const std::filesystem::path& path, const VideoWriterOptions& options)
    : output_(path, "mp4") {
  OpenEncoder(options);
  OpenScaler(options);
  if (!options.audio_from.empty()) {
    audio_ = AudioTrack::Open(options.audio_from, options.audio_start_s, output_);
  }
  output_.WriteHeader("movflags=+faststart");
}

void Mp4Sink::OpenEncoder(const VideoWriterOptions& options) {
  const AVCodec* codec = FindH264Encoder();
  if (codec == nullptr) {
    Fail(ErrorCode::kUnsupported,
         "{}: this FFmpeg cannot write H.264 (it has neither libx264 nor libopenh264)",
         output_.target().string());
  }
  encoder_.reset(avcodec_alloc_context3(codec));
  if (!encoder_) throw std::bad_alloc();
  encoder_->width = RoundedUpToEven(options.width_px);
  encoder_->height = RoundedUpToEven(options.height_px);
  encoder_->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder_->framerate = ToRational(options.frame_rate);
  encoder_->time_base = av_inv_q(encoder_->framerate);
  encoder_->sample_aspect_ratio = {1, 1};
  encoder_->color_range = AVCOL_RANGE_MPEG;
  encoder_->colorspace = AVCOL_SPC_BT709;
  encoder_->color_primaries = AVCOL_PRI_BT709;
  encoder_->color_trc = AVCOL_TRC_BT709;
  encoder_->thread_count = options.threads > 0 ? options.threads : ThreadCount();
  if (output_.wants_global_header()) encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (options.bitrate_kbps) encoder_->bit_rate = int64_t{1000} * *options.bitrate_kbps;
  if (std::string_view(codec->name) == "libx264") {
    av_opt_set(encoder_->priv_data, "preset", kPreset, 0);
    // Warnings and errors alone: else x264 tells its settings on the standard error.
    av_opt_set(encoder_->priv_data, "x264-params", "log=1", 0);
    if (!options.bitrate_kbps) av_opt_set_double(encoder_->priv_data, "crf", options.crf, 0);
  } else {
    encoder_->profile = FF_PROFILE_H264_HIGH;
    encoder_->gop_size = 250;  // as x264; else only the first frame could be sought
    if (options.bitrate_kbps) {
      av_opt_set(encoder_->priv_data, "rc_mode", "bitrate", 0);
    } else {
      encoder_->qmin = encoder_->qmax = static_cast<int>(std::lround(options.crf));
    }
  }
  const int status = avcodec_open2(encoder_.get(), codec, nullptr);
  if (status < 0) {
    Fail(ErrorCode::kUnsupported, "{}: H.264 does not do {}x{} at {:.3f} frames per second: {}",
         output_.target().string(), encoder_->width, encoder_->height,
         options.frame_rate.per_second(), FfmpegReason(status));
  }
  stream_ = output_.AddStream(*encoder_);
}

void Mp4Sink::OpenScaler(const VideoWriterOptions& options) {
  const int width = encoder_->width, height = encoder_->height;
  if (width != options.width_px || height != options.height_px) padded_ = Image(width, height);
  scaler_.reset(sws_getContext(width, height, AV_PIX_FMT_BGR0, width, height, AV_PIX_FMT_YUV420P,
                               SWS_BICUBIC, nullptr, nullptr, nullptr));
  if (!scaler_) throw std::bad_alloc();
  const int* matrix = sws_getCoefficients(SWS_CS_ITU709);
  constexpr int kOne = 1 << 16;  // contrast and saturation are 16.16 fixed point
  sws_setColorspaceDetails(scaler_.get(), matrix, 1, matrix, 0, 0, kOne, kOne);
  frame_->width = width;
  frame_->height = height;
  frame_->format = AV_PIX_FMT_YUV420P;
  output_.Check(av_frame_get_buffer(frame_.get(), 0));
}

void Mp4Sink::Write(const Image& image) {
  const bool is_padded = padded_.width_px > 0;
  if (is_padded) Pad(image, padded_);
  const Image& source = is_padded ? padded_ : image;
  output_.Check(av_frame_make_writable(frame_.get()));
  const uint8_t* const planes[4] = {source.bgrx.data()};
  const int strides[4] = {static_cast<int>(source.stride_bytes())};
  sws_scale(scaler_.get(), planes, strides, 0, source.height_px, frame_->data, frame_->linesize);
  frame_->pts = frame_count_++;
  output_.Encode(encoder_.get(), frame_.get(), stream_);
  // Both kinds side by side, or the muxer would have to keep one of them in memory.
  if (audio_) audio_->WriteUntil(static_cast<double>(frame_count_) * av_q2d(encoder_->time_base));
}

void Mp4Sink::Close() {
  output_.Encode(encoder_.get(), nullptr, stream_);
  if (audio_) audio_->Finish(static_cast<double>(frame_count_) * av_q2d(encoder_->time_base));
  output_.Finish();
}

}  // namespace videopose::internal

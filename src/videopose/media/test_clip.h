// SPDX-License-Identifier: Apache-2.0

// Clips of every kind for the tests, encoded with FFmpeg's libraries directly.

#ifndef VIDEOPOSE_MEDIA_TEST_CLIP_H_
#define VIDEOPOSE_MEDIA_TEST_CLIP_H_

extern "C" {
#include <libavutil/opt.h>
}

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/test_folder.h"
#include "videopose/media.h"
#include "videopose/media/ffmpeg_util.h"
#include "videopose/media/media_output.h"

namespace videopose::internal::test {

struct Clip {
  std::string container = "mp4", codec = "libx264";
  AVPixelFormat pixel_format = AV_PIX_FMT_YUV420P;
  int width_px = 96, height_px = 64, frame_count = 30;
  AVRational time_base = {1, 30};
  std::vector<int64_t> times;     // of the frames; empty: 0, 1, 2, ...
  std::vector<int32_t> rotation;  // display matrix
  AVRational pixel_aspect = {1, 1};
  AVColorSpace matrix = AVCOL_SPC_UNSPECIFIED;
  AVColorRange range = AVCOL_RANGE_UNSPECIFIED;
  AVColorPrimaries primaries = AVCOL_PRI_UNSPECIFIED;
  AVColorTransferCharacteristic transfer = AVCOL_TRC_UNSPECIFIED;
  bool is_interlaced = false;
  std::map<std::string, std::string> codec_options = {{"g", "8"}, {"bf", "2"}};
  std::string muxer_options;
  std::map<std::string, std::string> metadata;  // of the file

  std::string audio_codec;  // "aac", "libvorbis", ...: a tone from tone_start_s on
  double tone_start_s = 0;
};

using Painter = std::function<void(int frame, Image& image)>;

inline void Fill(Image& image, int x0, int y0, int x1, int y1, uint8_t b, uint8_t g, uint8_t r) {
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      uint8_t* pixel = image.row(y) + static_cast<ptrdiff_t>(4) * x;
      pixel[0] = b, pixel[1] = g, pixel[2] = r, pixel[3] = 255;
    }
  }
}

// The frame's number as eight bars, black or white.
inline void PaintNumber(int frame, Image& image) {
  for (int bit = 0; bit < 8; ++bit) {
    const uint8_t level = (frame >> bit) & 1 ? 235 : 20;
    Fill(image, image.width_px * bit / 8, 0, image.width_px * (bit + 1) / 8, image.height_px, level,
         level, level);
  }
}

inline int ReadNumber(const Image& image) {
  int number = 0;
  for (int bit = 0; bit < 8; ++bit) {
    const uint8_t* pixel = image.row(image.height_px / 2) +
                           static_cast<ptrdiff_t>(4) * (image.width_px * (2 * bit + 1) / 16);
    if (pixel[1] > 128) number |= 1 << bit;
  }
  return number;
}

// {b, g, r} at a position given in fractions of the image.
inline std::vector<int> ColourAt(const Image& image, double x, double y) {
  const uint8_t* pixel = image.row(static_cast<int>(y * image.height_px)) +
                         static_cast<ptrdiff_t>(4) * static_cast<int>(x * image.width_px);
  return {pixel[0], pixel[1], pixel[2]};
}

inline std::filesystem::path NewFolder() {
  static int count = 0;
  return EmptyFolder(std::to_string(count++));
}

inline std::string ReadBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void WriteBytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class ClipAudio {
 public:
  ClipAudio(const Clip& clip, MediaOutput& output) : clip_(clip), output_(output) {
    const AVCodec* codec = avcodec_find_encoder_by_name(clip.audio_codec.c_str());
    encoder_.reset(avcodec_alloc_context3(codec));
    encoder_->sample_rate = kRate;
    encoder_->sample_fmt = codec->sample_fmts[0];
    encoder_->time_base = {1, kRate};
    av_channel_layout_default(&encoder_->ch_layout, 1);
    if (output.wants_global_header()) encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    output.Check(avcodec_open2(encoder_.get(), codec, nullptr));
    stream_ = output.AddStream(*encoder_);
  }

  void WriteUntil(double time_s) {
    const int size = encoder_->frame_size > 0 ? encoder_->frame_size : 1024;
    while (static_cast<double>(sample_) / kRate < time_s) {
      const FfmpegPtr<AVFrame> frame = NewFrame();
      frame->nb_samples = size;
      frame->format = encoder_->sample_fmt;
      frame->sample_rate = kRate;
      av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout);
      output_.Check(av_frame_get_buffer(frame.get(), 0));
      for (int i = 0; i < size; ++i) {
        const double t = static_cast<double>(sample_ + i) / kRate;
        const double value = t < clip_.tone_start_s ? 0 : 0.5 * std::sin(2 * M_PI * 1000 * t);
        if (encoder_->sample_fmt == AV_SAMPLE_FMT_FLTP) {
          reinterpret_cast<float*>(frame->data[0])[i] = static_cast<float>(value);
        } else {
          reinterpret_cast<int16_t*>(frame->data[0])[i] = static_cast<int16_t>(value * 32767);
        }
      }
      frame->pts = sample_;
      sample_ += size;
      output_.Encode(encoder_.get(), frame.get(), stream_);
    }
  }
  void Finish() { output_.Encode(encoder_.get(), nullptr, stream_); }

 private:
  static constexpr int kRate = 48000;
  const Clip& clip_;
  MediaOutput& output_;
  FfmpegPtr<AVCodecContext> encoder_;
  AVStream* stream_ = nullptr;
  int64_t sample_ = 0;
};

inline FfmpegPtr<AVCodecContext> OpenClipEncoder(const Clip& clip, const MediaOutput& output) {
  const AVCodec* codec = avcodec_find_encoder_by_name(clip.codec.c_str());
  EXPECT_NE(codec, nullptr) << clip.codec;
  FfmpegPtr<AVCodecContext> encoder(avcodec_alloc_context3(codec));
  encoder->width = clip.width_px;
  encoder->height = clip.height_px;
  encoder->pix_fmt = clip.pixel_format;
  encoder->time_base = clip.time_base;
  encoder->framerate = clip.times.empty() ? av_inv_q(clip.time_base) : AVRational{0, 1};
  encoder->sample_aspect_ratio = clip.pixel_aspect;
  encoder->colorspace = clip.matrix;
  encoder->color_range = clip.range;
  encoder->color_primaries = clip.primaries;
  encoder->color_trc = clip.transfer;
  encoder->thread_count = 1;
  if (clip.is_interlaced) encoder->flags |= AV_CODEC_FLAG_INTERLACED_DCT;
  if (output.wants_global_header()) encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  for (const auto& [key, value] : clip.codec_options) {
    av_opt_set(encoder.get(), key.c_str(), value.c_str(), AV_OPT_SEARCH_CHILDREN);
  }
  output.Check(avcodec_open2(encoder.get(), codec, nullptr));
  return encoder;
}

// Alpha is the fourth byte of what is painted.
inline void MakeClip(const std::filesystem::path& path, const Clip& clip,
                     const Painter& paint = PaintNumber) {
  MediaOutput output(path, clip.container.c_str());
  const FfmpegPtr<AVCodecContext> encoder = OpenClipEncoder(clip, output);
  AVStream* stream = output.AddStream(*encoder);
  stream->sample_aspect_ratio = clip.pixel_aspect;
  if (!clip.rotation.empty()) {
    uint8_t* matrix = av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, 36);
    std::memcpy(matrix, clip.rotation.data(), 36);
  }
  std::optional<ClipAudio> audio;
  if (!clip.audio_codec.empty()) audio.emplace(clip, output);
  for (const auto& [key, value] : clip.metadata) {
    av_dict_set(&output.format()->metadata, key.c_str(), value.c_str(), 0);
  }
  output.WriteHeader(clip.muxer_options);

  const FfmpegPtr<SwsContext> scaler(
      sws_getContext(clip.width_px, clip.height_px, AV_PIX_FMT_BGRA, clip.width_px, clip.height_px,
                     clip.pixel_format, SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  const int is_full_range = clip.range == AVCOL_RANGE_JPEG ? 1 : 0;
  sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(SWS_CS_DEFAULT), 1,
                           sws_getCoefficients(clip.matrix), is_full_range, 0, 1 << 16, 1 << 16);
  Image image(clip.width_px, clip.height_px);
  for (int k = 0; k < clip.frame_count; ++k) {
    paint(k, image);
    const FfmpegPtr<AVFrame> frame = NewFrame();
    frame->width = clip.width_px;
    frame->height = clip.height_px;
    frame->format = clip.pixel_format;
    output.Check(av_frame_get_buffer(frame.get(), 0));
    const uint8_t* const planes[4] = {image.bgrx.data()};
    const int strides[4] = {static_cast<int>(image.stride_bytes())};
    sws_scale(scaler.get(), planes, strides, 0, clip.height_px, frame->data, frame->linesize);
    frame->pts = clip.times.empty() ? k : clip.times[static_cast<size_t>(k)];
    frame->interlaced_frame = clip.is_interlaced ? 1 : 0;
    frame->top_field_first = frame->interlaced_frame;
    output.Encode(encoder.get(), frame.get(), stream);
    if (audio) audio->WriteUntil((k + 1) * av_q2d(clip.time_base));
  }
  output.Encode(encoder.get(), nullptr, stream);
  if (audio) audio->Finish();
  output.Finish();
}

}  // namespace videopose::internal::test

#endif  // VIDEOPOSE_MEDIA_TEST_CLIP_H_

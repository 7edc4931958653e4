// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/audio_encoder.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
#include <libavutil/samplefmt.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <new>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

// High enough that a second encoding is not audible.
constexpr int64_t kBitsPerSecondPerChannel = 96000;

int SampleRateFor(const AVCodec* codec, int wanted_hz) {
  for (const int* rate = codec->supported_samplerates; rate != nullptr && *rate != 0; ++rate) {
    if (*rate == wanted_hz) return wanted_hz;
  }
  return 48000;
}

std::string LayoutName(const AVChannelLayout& layout) {
  std::array<char, 128> name{};
  av_channel_layout_describe(&layout, name.data(), name.size());
  return name.data();
}

}  // namespace

AudioEncoder::AudioEncoder(const MediaInput& input, const AVStream* source, MediaOutput& output)
    : output_(output),
      source_time_base_(source->time_base),
      decoder_(input.OpenDecoder(source, 1)) {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
  if (codec == nullptr) {
    Fail(ErrorCode::kUnsupported, "{}: this FFmpeg cannot write AAC", output.target().string());
  }
  encoder_.reset(avcodec_alloc_context3(codec));
  if (!encoder_) throw std::bad_alloc();
  const int channels = std::clamp(decoder_->ch_layout.nb_channels, 1, 2);
  av_channel_layout_default(&encoder_->ch_layout, channels);
  encoder_->sample_rate = SampleRateFor(codec, decoder_->sample_rate);
  encoder_->sample_fmt = AV_SAMPLE_FMT_FLTP;
  encoder_->bit_rate = kBitsPerSecondPerChannel * channels;
  encoder_->time_base = {1, encoder_->sample_rate};
  if (output.wants_global_header()) encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  output.Check(avcodec_open2(encoder_.get(), codec, nullptr));
  stream_ = output.AddStream(*encoder_);
}

// From the first decoded frame, as some codecs do not report their sample format before.
void AudioEncoder::BuildGraph(const AVFrame* first) {
  graph_.reset(avfilter_graph_alloc());
  if (!graph_) throw std::bad_alloc();
  AVChannelLayout layout = first->ch_layout;
  if (layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&layout, layout.nb_channels);
  }
  graph_in_ =
      AddFilter(graph_.get(), "abuffer", "in",
                fmt::format("sample_rate={}:sample_fmt={}:channel_layout={}:time_base={}/{}",
                            first->sample_rate,
                            av_get_sample_fmt_name(static_cast<AVSampleFormat>(first->format)),
                            LayoutName(layout), source_time_base_.num, source_time_base_.den));
  graph_out_ = AddFilter(graph_.get(), "abuffersink", "out", "");
  JoinFilters(
      graph_.get(), graph_in_, graph_out_,
      fmt::format("aresample={}:async=1:first_pts=0,"
                  "aformat=sample_fmts=fltp:sample_rates={}:channel_layouts={}",
                  encoder_->sample_rate, encoder_->sample_rate, LayoutName(encoder_->ch_layout)));
  av_buffersink_set_frame_size(graph_out_, static_cast<unsigned>(encoder_->frame_size));
}

void AudioEncoder::Add(const AVPacket* packet) {
  // Damaged packets are left out; the filter puts silence there.
  if (avcodec_send_packet(decoder_.get(), packet) >= 0) DecodeAvailable();
  EncodeFiltered(std::numeric_limits<int64_t>::max());
}

void AudioEncoder::DecodeAvailable() {
  while (avcodec_receive_frame(decoder_.get(), decoded_.get()) >= 0) {
    decoded_->pts = decoded_->best_effort_timestamp;
    if (!graph_) BuildGraph(decoded_.get());
    Filter(decoded_.get());
  }
}

void AudioEncoder::Filter(AVFrame* frame) {
  const int status = av_buffersrc_add_frame(graph_in_, frame);
  if (status < 0 && status != AVERROR_EOF) {
    FailAt(output_.target(), ErrorCode::kCannotWrite, "the audio could not be converted to AAC: {}",
           FfmpegReason(status));
  }
}

void AudioEncoder::EncodeFiltered(int64_t end_sample) {
  while (graph_ && av_buffersink_get_frame(graph_out_, filtered_.get()) >= 0) {
    filtered_->pts =
        av_rescale_q(filtered_->pts, av_buffersink_get_time_base(graph_out_), encoder_->time_base);
    const int64_t samples = std::min<int64_t>(filtered_->nb_samples, end_sample - filtered_->pts);
    if (samples > 0) {
      filtered_->nb_samples = static_cast<int>(samples);
      output_.Encode(encoder_.get(), filtered_.get(), stream_);
    }
    av_frame_unref(filtered_.get());
  }
}

void AudioEncoder::Finish(double end_s) {
  avcodec_send_packet(decoder_.get(), nullptr);
  DecodeAvailable();
  if (graph_) Filter(nullptr);
  EncodeFiltered(std::llround(end_s * encoder_->sample_rate));
  output_.Encode(encoder_.get(), nullptr, stream_);
}

}  // namespace videopose::internal

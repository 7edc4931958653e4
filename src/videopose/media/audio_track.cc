// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/audio_track.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <utility>

namespace videopose::internal {
namespace {

bool PlaysInMp4(AVCodecID codec) {
  constexpr std::array kCodecs = {AV_CODEC_ID_AAC, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3,
                                  AV_CODEC_ID_EAC3};
  return std::find(kCodecs.begin(), kCodecs.end(), codec) != kCodecs.end();
}

// When the first frame is shown, or without video the first audio is heard, in `time_base`.
int64_t ZeroTime(const MediaInput& input, const AVStream* audio) {
  const AVStream* video = input.BestStream(AVMEDIA_TYPE_VIDEO);
  const AVStream* stream = video != nullptr ? video : audio;
  if (stream->start_time == AV_NOPTS_VALUE) return 0;
  return av_rescale_q(stream->start_time, stream->time_base, audio->time_base);
}

}  // namespace

std::unique_ptr<AudioTrack> AudioTrack::Open(const std::filesystem::path& path, double start_s,
                                             MediaOutput& output) {
  auto input = std::make_unique<MediaInput>(path);
  input->FindStreamInfo();
  AVStream* source = input->BestStream(AVMEDIA_TYPE_AUDIO);
  if (source == nullptr) return nullptr;
  return std::unique_ptr<AudioTrack>(new AudioTrack(std::move(input), source, start_s, output));
}

AudioTrack::AudioTrack(std::unique_ptr<MediaInput> input, AVStream* source, double start_s,
                       MediaOutput& output)
    : input_(std::move(input)), source_(source), output_(output) {
  for (unsigned i = 0; i < input_->format()->nb_streams; ++i) {
    AVStream* stream = input_->format()->streams[i];
    if (stream != source_) stream->discard = AVDISCARD_ALL;
  }
  start_pts_ = ZeroTime(*input_, source_) + std::llround(start_s / av_q2d(source_->time_base));
  if (PlaysInMp4(source_->codecpar->codec_id)) {
    copy_ = avformat_new_stream(output_.format(), nullptr);
    if (copy_ == nullptr) throw std::bad_alloc();
    output_.Check(avcodec_parameters_copy(copy_->codecpar, source_->codecpar));
    copy_->codecpar->codec_tag = 0;  // the old container's
    copy_->time_base = source_->time_base;
  } else {
    encoder_.emplace(*input_, source_, output_);
  }
  if (start_s > 0) {
    // A second early, for decoders that need earlier packets. Where it fails, read from the
    // beginning.
    const int64_t early = av_rescale_q(1, {1, 1}, source_->time_base);
    av_seek_frame(input_->format(), source_->index, start_pts_ - early, AVSEEK_FLAG_BACKWARD);
  }
}

bool AudioTrack::ReadPacket() {
  while (av_read_frame(input_->format(), packet_.get()) >= 0) {
    if (packet_->stream_index != source_->index) {
      av_packet_unref(packet_.get());
      continue;
    }
    if (packet_->pts == AV_NOPTS_VALUE) packet_->pts = packet_->dts;
    if (packet_->pts != AV_NOPTS_VALUE) packet_->pts -= start_pts_;
    packet_->dts = packet_->pts;
    // Times that go back are errors, and the container does not accept them.
    const bool goes_back = packet_->pts != AV_NOPTS_VALUE && packet_->pts <= last_pts_;
    // What is copied keeps one packet from before the start: its audio reaches into the next. The
    // container says that it is not to be heard.
    const int64_t end = packet_->pts + 2 * packet_->duration;
    const bool is_needed = encoder_.has_value() || (packet_->pts != AV_NOPTS_VALUE && end > 0);
    if (is_needed && !goes_back) {
      if (packet_->pts != AV_NOPTS_VALUE) last_pts_ = packet_->pts;
      return true;
    }
    av_packet_unref(packet_.get());
  }
  return false;
}

void AudioTrack::WritePacket() {
  if (encoder_) {
    encoder_->Add(packet_.get());
    av_packet_unref(packet_.get());
  } else {
    output_.Write(packet_.get(), source_->time_base, copy_);
  }
}

void AudioTrack::WriteUntil(double time_s) {
  for (;;) {
    if (!has_packet_) has_packet_ = ReadPacket();
    if (!has_packet_) return;
    const bool is_later = packet_->pts != AV_NOPTS_VALUE &&
                          static_cast<double>(packet_->pts) * av_q2d(source_->time_base) >= time_s;
    if (is_later) return;
    WritePacket();
    has_packet_ = false;
  }
}

void AudioTrack::Finish(double time_s) {
  WriteUntil(time_s);
  if (encoder_) encoder_->Finish(time_s);
}

}  // namespace videopose::internal

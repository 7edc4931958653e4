// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/media_output.h"

#include <new>

#include "videopose/base/error.h"

namespace videopose::internal {

MediaOutput::MediaOutput(const std::filesystem::path& target, const char* container)
    : file_(target) {
  const std::string url = "file:" + file_.temporary_path().string();
  Check(avformat_alloc_output_context2(&format_, nullptr, container, url.c_str()));
  const int status = avio_open(&format_->pb, url.c_str(), AVIO_FLAG_WRITE);
  if (status < 0) {
    avformat_free_context(format_);
    Check(status);
  }
}

MediaOutput::~MediaOutput() {
  avio_closep(&format_->pb);
  avformat_free_context(format_);
}

void MediaOutput::Check(int status) const {
  if (status < 0) {
    Fail(ErrorCode::kCannotWrite, "{}: cannot write: {}", target().string(),
         FfmpegErrorText(status));
  }
}

AVStream* MediaOutput::AddStream(const AVCodecContext& encoder) {
  AVStream* stream = avformat_new_stream(format_, nullptr);
  if (stream == nullptr) throw std::bad_alloc();
  Check(avcodec_parameters_from_context(stream->codecpar, &encoder));
  stream->time_base = encoder.time_base;
  stream->avg_frame_rate = encoder.framerate;
  return stream;
}

void MediaOutput::WriteHeader(const std::string& options) {
  AVDictionary* dictionary = nullptr;
  int status = av_dict_parse_string(&dictionary, options.c_str(), "=", ",", 0);
  if (status >= 0) status = avformat_write_header(format_, &dictionary);
  av_dict_free(&dictionary);
  Check(status);
}

void MediaOutput::Write(AVPacket* packet, AVRational time_base, const AVStream* stream) {
  packet->stream_index = stream->index;
  av_packet_rescale_ts(packet, time_base, stream->time_base);
  Check(av_interleaved_write_frame(format_, packet));
  Check(format_->pb->error);
}

void MediaOutput::Encode(AVCodecContext* encoder, const AVFrame* frame, const AVStream* stream) {
  Check(avcodec_send_frame(encoder, frame));
  for (;;) {
    const int status = avcodec_receive_packet(encoder, packet_.get());
    if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return;
    Check(status);
    // Without it the last frame would have no length.
    if (packet_->duration == 0 && encoder->codec_type == AVMEDIA_TYPE_VIDEO) packet_->duration = 1;
    Write(packet_.get(), encoder->time_base, stream);
  }
}

void MediaOutput::FinishTemporary() {
  Check(av_write_trailer(format_));
  avio_flush(format_->pb);
  Check(format_->pb->error);
  Check(avio_closep(&format_->pb));
}

void MediaOutput::Finish() {
  FinishTemporary();
  file_.Commit();
}

}  // namespace videopose::internal

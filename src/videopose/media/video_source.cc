// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/video_source.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/media/frame_rate.h"

namespace videopose::internal {
namespace {

// A decoder that fails so often in a row will not recover.
constexpr int kMaxErrorsInARow = 1000;

// A decoder can still return this many frames after its data ended.
constexpr int64_t kMaxDecoderDelay = 32;

FrameRate FromRational(AVRational rate) { return {rate.num, rate.den}; }

// What Android's cameras note: frames a second at capture, in slow motion a multiple of those at
// which the file plays. 0: nothing that differs from that.
double CapturedFps(const AVFormatContext* format, double frame_rate) {
  const AVDictionaryEntry* entry =
      av_dict_get(format->metadata, "com.android.capture.fps", nullptr, 0);
  if (entry == nullptr) return 0;
  constexpr double kLeast = 0.01, kMost = 10000;
  // Rates of telephones waver, so that a file's own may be a little off.
  constexpr double kTheSame = 0.1;
  const double fps = std::strtod(entry->value, nullptr);
  const bool is_rate = fps > kLeast && fps < kMost;
  return is_rate && std::abs(fps / frame_rate - 1) > kTheSame ? fps : 0;
}

bool IsInterlaced(const AVStream* stream) {
  const AVFieldOrder order = stream->codecpar->field_order;
  return order != AV_FIELD_UNKNOWN && order != AV_FIELD_PROGRESSIVE;
}

}  // namespace

VideoSource::VideoSource(std::unique_ptr<MediaInput> input, int threads)
    : path_(input->path()), threads_(threads) {
  Open(std::move(input));
}

void VideoSource::Open(std::unique_ptr<MediaInput> input) {
  input_ = std::move(input);
  input_->FindStreamInfo();
  stream_ = input_->BestStream(AVMEDIA_TYPE_VIDEO);
  if (stream_ == nullptr) {
    const bool has_audio = input_->BestStream(AVMEDIA_TYPE_AUDIO) != nullptr;
    Fail("{}: holds no video{}", path_.string(), has_audio ? ", only audio" : "");
  }
  for (unsigned i = 0; i < input_->format()->nb_streams; ++i) {
    AVStream* stream = input_->format()->streams[i];
    if (stream != stream_) stream->discard = AVDISCARD_ALL;
  }
  codec_.reset();
  messages_.Take();
  codec_ = input_->OpenDecoder(stream_, threads_, &messages_);
  frame_rate_ = PickFrameRate(FromRational(stream_->avg_frame_rate),
                              FromRational(stream_->r_frame_rate), IsInterlaced(stream_));
  interval_ =
      std::max<int64_t>(1, av_rescale_q(1, av_inv_q(ToRational(frame_rate_)), stream_->time_base));
  has_times_ = (input_->format()->iformat->flags & AVFMT_NOTIMESTAMPS) == 0;
  deinterlacer_.reset();
  av_frame_unref(held_back_.get());
  last_pts_.reset();
  end_reason_.clear();
  shift_ = 0;
}

bool VideoSource::Next(AVFrame* frame) {
  av_frame_unref(frame);
  if (held_back_->buf[0] != nullptr) {
    av_frame_move_ref(frame, held_back_.get());
    return true;
  }
  for (;;) {
    if (deinterlacer_ && deinterlacer_->Take(frame)) return true;
    if (!Decode(frame)) {
      if (!deinterlacer_) return false;
      deinterlacer_->Add(nullptr);
      return deinterlacer_->Take(frame);
    }
    const bool is_needed = frame->interlaced_frame != 0 || deinterlacer_.has_value();
    if (!is_needed) return true;
    if (!deinterlacer_ || !deinterlacer_->Fits(frame)) {
      deinterlacer_.emplace(frame, stream_->time_base);
    }
    deinterlacer_->Add(frame);
  }
}

bool VideoSource::Decode(AVFrame* frame) {
  for (int errors = 0; errors < kMaxErrorsInARow;) {
    const int status = avcodec_receive_frame(codec_.get(), frame);
    if (status == AVERROR(EAGAIN)) {
      FeedDecoder();
      continue;
    }
    if (status == AVERROR_EOF) {
      NoteEnd();
      return false;
    }
    if (status < 0) {
      NoteDecodeError(FfmpegReason(status));
      ++errors;
      continue;
    }
    SetTime(frame);
    std::string message = messages_.Take();
    if (message.empty() && frame->decode_error_flags != 0 && !IsFfmpegLogCaptured()) {
      message = "the decoder made up for missing data";
    }
    if (!message.empty()) {
      NoteDecodeError(fmt::format("a frame is only partly readable ({})", message));
    }
    ++frames_after_error_;
    return true;
  }
  return false;
}

void VideoSource::FeedDecoder() {
  AVFormatContext* format = input_->format();
  for (;;) {
    TakeFfmpegMessage();
    int status = av_read_frame(format, packet_.get());
    if (status >= 0 && packet_->stream_index != stream_->index) {
      av_packet_unref(packet_.get());
      continue;
    }
    if (status < 0) {
      // Some formats end quietly where the file is cut off, but not without a message.
      const std::string message = TakeFfmpegMessage();
      if (status == AVERROR_EOF && format->pb->error < 0) status = format->pb->error;
      if (!message.empty()) {
        end_reason_ = message;
      } else if (status != AVERROR_EOF) {
        end_reason_ = FfmpegErrorText(status);
      }
      avcodec_send_packet(codec_.get(), nullptr);
      return;
    }
    if ((packet_->flags & AV_PKT_FLAG_CORRUPT) != 0) {
      NoteDecodeError("a part of the data is missing");
    }
    if (IsEncrypted(packet_.get())) FailAt(path_, ErrorCode::kUnsupported, "{}", kIsEncrypted);
    status = avcodec_send_packet(codec_.get(), packet_.get());
    av_packet_unref(packet_.get());
    if (status < 0) NoteDecodeError(FfmpegReason(status));
    return;
  }
}

void VideoSource::SetTime(AVFrame* frame) {
  int64_t pts = has_times_ ? frame->best_effort_timestamp : AV_NOPTS_VALUE;
  if (pts == AV_NOPTS_VALUE) {
    pts = last_pts_ ? *last_pts_ + interval_ : 0;
  } else {
    pts += shift_;
  }
  if (last_pts_) {
    const int64_t step = pts - *last_pts_;
    const int64_t second = av_rescale_q(1, {1, 1}, stream_->time_base);
    if (step < -second || step > LeapLimit()) {
      shift_ += *last_pts_ + interval_ - pts;
      pts = *last_pts_ + interval_;
    }
    pts = std::max(pts, *last_pts_);
  }
  if (!first_pts_) first_pts_ = pts;
  last_pts_ = pts;
  frame->pts = pts;
}

// A longer pause than this between two frames is a recording joined to another, or an error: a
// wrong bit must not make millions of repeated frames.
int64_t VideoSource::LeapLimit() const {
  const AVFormatContext* format = input_->format();
  double limit_s = 60;
  if ((format->iformat->flags & AVFMT_TS_DISCONT) != 0) {
    limit_s = 10;
  } else if (format->duration > 0) {
    limit_s = std::max(1.0, static_cast<double>(format->duration) / AV_TIME_BASE);
  }
  return static_cast<int64_t>(limit_s / av_q2d(stream_->time_base));
}

void VideoSource::SkipTo(int64_t pts) {
  // The decoder may have to leave out the first frames after a key frame, and an index may be
  // wrong, hence the second try.
  for (const double back_s : {0.0, 10.0}) {
    if (!Seek(pts - static_cast<int64_t>(back_s / av_q2d(stream_->time_base)))) break;
    if (Next(held_back_.get()) && held_back_->pts <= pts) return;
  }
  Open(std::make_unique<MediaInput>(path_));
}

bool VideoSource::Seek(int64_t pts) {
  if (!has_times_ || shift_ != 0) return false;
  if (av_seek_frame(input_->format(), stream_->index, pts, AVSEEK_FLAG_BACKWARD) < 0) return false;
  avcodec_flush_buffers(codec_.get());
  deinterlacer_.reset();
  av_frame_unref(held_back_.get());
  last_pts_.reset();
  end_reason_.clear();
  return true;
}

VideoInfo VideoSource::Describe() const {
  VideoInfo info;
  info.frame_rate = frame_rate_;
  const AVFormatContext* format = input_->format();
  info.captured_fps = CapturedFps(format, frame_rate_.per_second());
  if (format->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE) {
    info.duration_s = 0;  // a guess that can be wrong many times over
  } else if (stream_->duration > 0) {
    info.duration_s = static_cast<double>(stream_->duration) * av_q2d(stream_->time_base);
  } else if (format->duration > 0) {
    info.duration_s = static_cast<double>(format->duration) / AV_TIME_BASE;
  }
  info.estimated_frame_count = info.duration_s > 0
                                   ? std::llround(info.duration_s * frame_rate_.per_second())
                                   : stream_->nb_frames;
  info.has_audio = input_->BestStream(AVMEDIA_TYPE_AUDIO) != nullptr;
  info.codec = avcodec_get_name(stream_->codecpar->codec_id);
  info.container = format->iformat->name;
  return info;
}

const int32_t* VideoSource::display_matrix() const {
  size_t size_bytes = 0;
  const uint8_t* data = av_stream_get_side_data(stream_, AV_PKT_DATA_DISPLAYMATRIX, &size_bytes);
  return size_bytes >= 9 * sizeof(int32_t) ? reinterpret_cast<const int32_t*>(data) : nullptr;
}

AVRational VideoSource::sample_aspect_ratio() const {
  return av_guess_sample_aspect_ratio(input_->format(), stream_, nullptr);
}

// Formats without an index end as if nothing were wrong where they are cut off.
void VideoSource::NoteEnd() {
  const AVFormatContext* format = input_->format();
  const double end_s =
      last_pts_ ? static_cast<double>(*last_pts_ + interval_) * av_q2d(stream_->time_base) : 0;
  const double said_s = Describe().duration_s;
  // An audio track may be a little longer than the video.
  const bool is_short =
      format->duration_estimation_method == AVFMT_DURATION_FROM_STREAM && end_s + 1 < 0.9 * said_s;
  if (end_reason_.empty() && is_short) {
    end_reason_ = fmt::format("the file ends, although it says that it lasts {:.1f} s", said_s);
  }
  if (end_reason_.empty()) end_reason_ = messages_.Take();
  if (!end_reason_.empty()) {
    // A last piece of data that is cut off in the middle belongs to the same error.
    if (frames_after_error_ < kMaxDecoderDelay) {
      decode_error_.clear();
      decode_error_count_ = 0;
    }
    NoteDecodeError(end_reason_);
  }
  DescribeDecodeErrors();
}

void VideoSource::NoteDecodeError(const std::string& reason) {
  if (decode_error_.empty()) {
    decode_error_ = reason;
    frames_after_error_ = 0;
    if (last_pts_) {
      first_error_s_ =
          static_cast<double>(*last_pts_ + interval_ - *first_pts_) * av_q2d(stream_->time_base);
    }
  }
  ++decode_error_count_;
  DescribeDecodeErrors();
}

void VideoSource::DescribeDecodeErrors() {
  if (decode_error_.empty()) return;
  const std::string rest =
      frames_after_error_ == 0 ? "the frames before were used"
      : decode_error_count_ == 1
          ? "the frames before and after were used"
          : fmt::format("{} damaged places in all, the frames between were used",
                        decode_error_count_);
  decode_warnings_ =
      fmt::format("{}: damaged after {:.1f} s (frame {}): {}; {}", path_.string(), first_error_s_,
                  std::llround(first_error_s_ * frame_rate_.per_second()), decode_error_, rest);
}

}  // namespace videopose::internal

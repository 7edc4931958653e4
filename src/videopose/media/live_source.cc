// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/live_source.h"

extern "C" {
#include <libavdevice/avdevice.h>
}

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/media.h"
#include "videopose/media/ffmpeg_util.h"
#include "videopose/media/frame_converter.h"
#include "videopose/media/orientation.h"

namespace videopose::internal {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kUsualFps = 30;
// A decoder that fails so often in a row will not recover.
constexpr int kMaxErrorsInARow = 300;
// A larger step from frame to frame, or one back, is a clock that was reset.
constexpr double kLongestStep_s = 10;

class FileSource : public LiveSource {
 public:
  explicit FileSource(const std::string& path) : reader_(path) {
    info_ = {.width_px = reader_.info().width_px,
             .height_px = reader_.info().height_px,
             .fps = reader_.info().frame_rate.per_second()};
  }

  const LiveSourceInfo& info() const override { return info_; }
  bool Read(Image& image, double& time_s) override {
    if (!reader_.Read(image)) return false;
    time_s = static_cast<double>(frame_++) / info_.fps;
    return true;
  }
  std::string error_text() const override { return reader_.decode_warnings(); }

 private:
  VideoReader reader_;
  LiveSourceInfo info_;
  int64_t frame_ = 0;
};

enum class StreamKind { kCamera, kPipe, kNetwork };

class StreamSource : public LiveSource {
 public:
  StreamSource(const std::string& source, StreamKind kind, const LiveSourceOptions& options)
      : name_(source == "-" ? "standard input" : source), kind_(kind), options_(options) {
    try {
      // Does not wait for a writer; reading does.
      if (kind == StreamKind::kPipe && source != "-") {
        fd_ = open(source.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd_ < 0) Fail("{}: cannot open: {}", name_, std::strerror(errno));
        AwaitWriter();
      }
      Open(kind == StreamKind::kPipe ? "" : source);
      if (!Decode()) Fail("{}: no frame came: {}", name_, error_text_);
    } catch (...) {
      Release();
      throw;
    }
    last_pts_ = frame_->best_effort_timestamp;
    info_.width_px = frame_->width;
    info_.height_px = frame_->height;
    converter_.emplace(frame_->width, frame_->height);
    has_frame_ = true;
  }

  ~StreamSource() override { Release(); }

  const LiveSourceInfo& info() const override { return info_; }
  std::string error_text() const override {
    return error_text_.empty() ? "" : fmt::format("{}: {}", name_, error_text_);
  }
  ErrorCode error_code() const override { return error_code_; }

  bool Read(Image& image, double& time_s) override {
    const bool is_first = std::exchange(has_frame_, false);
    if (!is_first && !Decode()) return false;
    time_s = is_first ? 0 : TimeOfFrame();
    converter_->Convert(frame_.get(), Orientation{}, image);
    return true;
  }

 private:
  // Called by FFmpeg while it waits.
  static int ShouldGiveUp(void* self) {
    const auto& source = *static_cast<const StreamSource*>(self);
    const bool is_stopped = source.options_.stop_requested != nullptr &&
                            source.options_.stop_requested->load(std::memory_order_relaxed);
    return is_stopped || Clock::now() > source.give_up_at_ ? 1 : 0;
  }

  // FFmpeg's own reading from a pipe cannot be interrupted.
  static int ReadPipe(void* self, uint8_t* bytes, int size) {
    const int fd = static_cast<const StreamSource*>(self)->fd_;
    while (ShouldGiveUp(self) == 0) {
      constexpr int kGlance_ms = 50;
      pollfd input{.fd = fd, .events = POLLIN, .revents = 0};
      const int ready = poll(&input, 1, kGlance_ms);
      if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
      const ssize_t count = read(fd, bytes, static_cast<size_t>(size));
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      return count > 0 ? static_cast<int>(count) : count == 0 ? AVERROR_EOF : AVERROR(errno);
    }
    return AVERROR_EXIT;
  }

  // However long it takes: a pipe may be made before what is to fill it.
  void AwaitWriter() const {
    constexpr int kGlance_ms = 50;
    pollfd input{.fd = fd_, .events = POLLIN, .revents = 0};
    while (poll(&input, 1, kGlance_ms) <= 0) {
      if (options_.stop_requested != nullptr && *options_.stop_requested) throw Cancelled();
    }
  }

  void OpenPipe() {
    constexpr int kBufferBytes = 1 << 16;
    auto* buffer = static_cast<uint8_t*>(av_malloc(kBufferBytes));
    pipe_ = avio_alloc_context(buffer, kBufferBytes, 0, this, ReadPipe, nullptr, nullptr);
    if (pipe_ == nullptr) throw std::bad_alloc();
    format_->pb = pipe_;
  }

  void Release() {
    codec_.reset();
    avformat_close_input(&format_);
    if (pipe_ != nullptr) av_freep(&pipe_->buffer);
    avio_context_free(&pipe_);
    if (fd_ != STDIN_FILENO && fd_ >= 0) close(fd_);
    fd_ = -1;
  }

  void StartWaiting() {
    give_up_at_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                     std::chrono::duration<double>(options_.timeout_s));
  }

  void Open(const std::string& url) {
    const AVInputFormat* kind = nullptr;
    AVDictionary* settings = nullptr;
    if (kind_ == StreamKind::kCamera) {
      avdevice_register_all();
      kind = av_find_input_format("video4linux2");
      if (kind == nullptr) {
        Fail(ErrorCode::kUnsupported, "{}: this FFmpeg cannot read cameras (V4L2)", name_);
      }
      if (options_.fps > 0) {
        av_dict_set(&settings, "framerate", fmt::format("{}", options_.fps).c_str(), 0);
      }
      if (options_.width_px > 0 && options_.height_px > 0) {
        const std::string size = fmt::format("{}x{}", options_.width_px, options_.height_px);
        av_dict_set(&settings, "video_size", size.c_str(), 0);
      }
    } else {
      // Never a local file, whatever a play list from the network says.
      av_dict_set(&settings, "protocol_whitelist",
                  kind_ == StreamKind::kPipe
                      ? "none"
                      : "http,https,tcp,tls,crypto,rtsp,rtp,srtp,udp,rtmp,rtmps,hls",
                  0);
      av_dict_set(&settings, "rtsp_transport", "tcp", 0);
    }
    format_ = avformat_alloc_context();
    if (format_ == nullptr) throw std::bad_alloc();
    format_->interrupt_callback = {ShouldGiveUp, this};
    if (kind_ == StreamKind::kPipe) OpenPipe();
    StartWaiting();
    TakeFfmpegMessage();
    int status = avformat_open_input(&format_, url.c_str(), kind, &settings);
    av_dict_free(&settings);
    if (status < 0) Fail("{}: cannot open: {}", name_, Reason(status));
    // The data read to learn the format is outdated by then; of a file or pipe it is the beginning.
    if (kind_ == StreamKind::kNetwork && !IsWholeFile()) format_->flags |= AVFMT_FLAG_NOBUFFER;
    // Frames without time stamps, of cameras at their own rate: FFmpeg would make 25 a second.
    if (std::string_view(format_->iformat->name) == "mpjpeg") {
      format_->use_wallclock_as_timestamps = 1;
    }
    status = avformat_find_stream_info(format_, nullptr);
    if (status < 0) Fail("{}: cannot read: {}", name_, Reason(status));
    const int index = av_find_best_stream(format_, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (index < 0) Fail("{}: holds no video", name_);
    stream_ = format_->streams[index];
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
      if (format_->streams[i] != stream_) format_->streams[i]->discard = AVDISCARD_ALL;
    }
    OpenDecoder();
    double fps = av_q2d(stream_->avg_frame_rate);
    if (!(fps >= 1 && fps <= 1000)) fps = av_q2d(stream_->r_frame_rate);
    info_.fps = fps >= 1 && fps <= 1000 ? fps : kUsualFps;
    info_.is_endless = kind_ != StreamKind::kPipe && !IsWholeFile();
    info_.has_pace = info_.is_endless;
  }

  // A file, which a web server sends as fast as it is read.
  bool IsWholeFile() const {
    return format_->duration > 0 && format_->pb != nullptr &&
           (format_->pb->seekable & AVIO_SEEKABLE_NORMAL) != 0;
  }

  void OpenDecoder() {
    const AVCodec* codec = avcodec_find_decoder(stream_->codecpar->codec_id);
    if (codec == nullptr) {
      Fail(ErrorCode::kUnsupported, "{}: no decoder for {} in this FFmpeg", name_,
           avcodec_get_name(stream_->codecpar->codec_id));
    }
    codec_.reset(avcodec_alloc_context3(codec));
    if (!codec_) throw std::bad_alloc();
    int status = avcodec_parameters_to_context(codec_.get(), stream_->codecpar);
    codec_->thread_count = 1;  // each further one would hold a frame back
    codec_->flags |= AV_CODEC_FLAG_LOW_DELAY;
    codec_->pkt_timebase = stream_->time_base;
    AVDictionary* settings = nullptr;
    av_dict_set(&settings, "max_pixels", kMaxPixels, 0);
    if (status >= 0) status = avcodec_open2(codec_.get(), codec, &settings);
    av_dict_free(&settings);
    if (status < 0) Fail("{}: cannot decode {}: {}", name_, codec->name, FfmpegReason(status));
  }

  std::string Reason(int status) const {
    if (Clock::now() > give_up_at_) {
      return fmt::format("nothing came for {:g} s", options_.timeout_s);
    }
    return status == AVERROR_EXIT ? "stopped" : FfmpegReason(status);
  }

  // The next frame into frame_.
  bool Decode() {
    for (int errors = 0; errors < kMaxErrorsInARow;) {
      const int status = avcodec_receive_frame(codec_.get(), frame_.get());
      if (status >= 0) return true;
      if (status == AVERROR_EOF) return false;
      if (status != AVERROR(EAGAIN)) ++errors;
      StartWaiting();
      const int read = av_read_frame(format_, packet_.get());
      if (read == AVERROR(EAGAIN)) continue;  // a camera that has no frame yet
      if (read < 0) {
        if (read != AVERROR_EOF || info_.is_endless) {
          error_text_ = Reason(read);
          error_code_ =
              kind_ == StreamKind::kNetwork ? ErrorCode::kNetwork : ErrorCode::kUnreadable;
        }
        avcodec_send_packet(codec_.get(), nullptr);
        continue;
      }
      if (packet_->stream_index == stream_->index && IsEncrypted(packet_.get())) {
        error_text_ = kIsEncrypted;
        error_code_ = ErrorCode::kUnsupported;
        return false;
      }
      if (packet_->stream_index == stream_->index &&
          avcodec_send_packet(codec_.get(), packet_.get()) < 0) {
        ++errors;
      }
      av_packet_unref(packet_.get());
    }
    error_text_ = "the frames are damaged";
    error_code_ = ErrorCode::kWrongFormat;
    return false;
  }

  double TimeOfFrame() {
    const int64_t pts = frame_->best_effort_timestamp;
    double step_s = 1 / info_.fps;
    if (pts != AV_NOPTS_VALUE) {
      if (last_pts_ != AV_NOPTS_VALUE) {
        const double stamped_s = static_cast<double>(pts - last_pts_) * av_q2d(stream_->time_base);
        if (stamped_s > 0 && stamped_s < kLongestStep_s) step_s = stamped_s;
      }
      last_pts_ = pts;
    }
    return time_s_ += step_s;
  }

  std::string name_;
  StreamKind kind_;
  LiveSourceOptions options_;
  LiveSourceInfo info_;
  AVFormatContext* format_ = nullptr;
  AVIOContext* pipe_ = nullptr;
  int fd_ = STDIN_FILENO;  // of a pipe
  AVStream* stream_ = nullptr;
  FfmpegPtr<AVCodecContext> codec_;
  FfmpegPtr<AVPacket> packet_ = NewPacket();
  FfmpegPtr<AVFrame> frame_ = NewFrame();
  std::optional<FrameConverter> converter_;
  Clock::time_point give_up_at_;
  bool has_frame_ = false;  // the first one, read to learn the size
  int64_t last_pts_ = AV_NOPTS_VALUE;
  double time_s_ = 0;  // of the last frame
  std::string error_text_;
  ErrorCode error_code_ = ErrorCode::kWrongFormat;
};

bool IsCamera(const std::string& source) {
  std::error_code ignored;
  return source.starts_with("/dev/video") ||
         (source.starts_with("/dev/") && std::filesystem::is_character_file(source, ignored));
}

}  // namespace

std::unique_ptr<LiveSource> OpenLiveSource(const std::string& source,
                                           const LiveSourceOptions& options) try {
  std::error_code ignored;
  if (source == "-" || std::filesystem::is_fifo(source, ignored)) {
    return std::make_unique<StreamSource>(source, StreamKind::kPipe, options);
  }
  if (IsCamera(source)) {
    return std::make_unique<StreamSource>(source, StreamKind::kCamera, options);
  }
  if (source.find("://") != std::string::npos) {
    return std::make_unique<StreamSource>(source, StreamKind::kNetwork, options);
  }
  return std::make_unique<FileSource>(source);
} catch (Error& error) {
  if (source == "-") error.Complete(ErrorCode::kWrongFormat, {});
  if (source.find("://") != std::string::npos) error.Complete(ErrorCode::kNetwork, {});
  RethrowFromReading(source, error);
}

}  // namespace videopose::internal

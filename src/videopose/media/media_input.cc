// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/media_input.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace fs = std::filesystem;
namespace {

class Dictionary {
 public:
  Dictionary() = default;
  ~Dictionary() { av_dict_free(&dict_); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  void Set(const char* key, const char* value) { av_dict_set(&dict_, key, value, 0); }
  AVDictionary** get() { return &dict_; }

 private:
  AVDictionary* dict_ = nullptr;
};

// They lead to other files, or into the network.
bool IsPlayList(const AVInputFormat* kind) {
  const std::string_view name = kind->name;
  return name == "hls" || name == "dash" || name == "concat" || name == "sdp" || name == "imf";
}

void CheckReadable(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    Fail(ErrorCode::kFileNotFound, "{}: no such file", path.string());
  }
  if (fs::is_directory(status)) Fail("{}: is a folder, not a file", path.string());
  if (access(path.c_str(), R_OK) != 0) {
    Fail("{}: cannot read: {}", path.string(), std::strerror(errno));
  }
  if (fs::is_regular_file(status) && fs::file_size(path, error) == 0) {
    Fail("{}: the file is empty", path.string());
  }
}

// FFmpeg takes it for a still image without data.
void RefuseAnimatedWebp(const fs::path& path) {
  constexpr size_t kFlagsAt = 20;
  constexpr char kAnimation = 2;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return;
  const std::string begin = ReadBeginning(path, kFlagsAt + 1);
  if (begin.size() > kFlagsAt && begin.starts_with("RIFF") && begin.substr(8, 8) == "WEBPVP8X" &&
      (begin[kFlagsAt] & kAnimation) != 0) {
    FailAt(path, ErrorCode::kUnsupported,
           "an animated WebP, which FFmpeg does not read; convert it to .gif or .mp4 first");
  }
}

}  // namespace

MediaInput::MediaInput(const fs::path& path) : path_(path) {
  CheckReadable(path);
  RefuseAnimatedWebp(path);
  TakeFfmpegMessage();
  // "file:" keeps a colon in the name from being taken for a protocol.
  const std::string url = "file:" + path.string();
  try {
    int status = avio_open(&bytes_, url.c_str(), AVIO_FLAG_READ);
    if (status < 0) Fail("{}: cannot read: {}", path.string(), FfmpegErrorText(status));
    const AVInputFormat* kind = nullptr;
    status = av_probe_input_buffer2(bytes_, &kind, "", nullptr, 0, 0);
    if (status < 0 || kind == nullptr) {
      Fail("{}: not a video or an image: no known format begins like this", path.string());
    }
    if (IsPlayList(kind)) {
      Fail("{}: a play list, not a video; give one of the files that it names", path.string());
    }
    format_ = avformat_alloc_context();
    if (format_ == nullptr) throw std::bad_alloc();
    format_->pb = bytes_;
    Dictionary options;
    options.Set("protocol_whitelist", "file");
    status = avformat_open_input(&format_, url.c_str(), kind, options.get());
    if (status < 0) {
      Fail("{}: not readable as {}: {}", path.string(), kind->long_name, FfmpegReason(status));
    }
  } catch (...) {
    Release();
    throw;
  }
}

MediaInput::~MediaInput() { Release(); }

void MediaInput::Release() {
  avformat_close_input(&format_);
  avio_closep(&bytes_);
}

void MediaInput::FindStreamInfo() {
  std::vector<AVDictionary*> options(format_->nb_streams);
  for (AVDictionary*& option : options) {
    av_dict_set(&option, "max_pixels", kMaxPixels, 0);
    av_dict_set(&option, "threads", "1", 0);
  }
  const size_t count = options.size();
  const int status = avformat_find_stream_info(format_, count > 0 ? options.data() : nullptr);
  for (AVDictionary*& option : options) av_dict_free(&option);
  if (status < 0) Fail("{}: cannot read: {}", path_.string(), FfmpegReason(status));
}

AVStream* MediaInput::BestStream(AVMediaType type) const {
  const int index = av_find_best_stream(format_, type, -1, -1, nullptr, 0);
  if (index < 0) return nullptr;
  AVStream* stream = format_->streams[index];
  return (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0 ? nullptr : stream;
}

FfmpegPtr<AVCodecContext> MediaInput::OpenDecoder(const AVStream* stream, int threads,
                                                  DecoderMessages* messages) const {
  // See IsEncrypted().
  if (stream->codecpar->codec_tag == MKTAG('e', 'n', 'c', 'v') ||
      av_stream_get_side_data(stream, AV_PKT_DATA_ENCRYPTION_INIT_INFO, nullptr) != nullptr) {
    FailAt(path_, ErrorCode::kUnsupported, "{}", kIsEncrypted);
  }
  const AVCodec* codec = avcodec_find_decoder(stream->codecpar->codec_id);
  if (codec == nullptr) {
    Fail(ErrorCode::kUnsupported,
         "{}: no decoder for {} in this FFmpeg; convert the file to H.264 first", path_.string(),
         avcodec_get_name(stream->codecpar->codec_id));
  }
  FfmpegPtr<AVCodecContext> context(avcodec_alloc_context3(codec));
  if (!context) throw std::bad_alloc();
  int status = avcodec_parameters_to_context(context.get(), stream->codecpar);
  context->thread_count = threads;
  context->pkt_timebase = stream->time_base;
  if (messages != nullptr) messages->ListenTo(context.get());
  Dictionary options;
  options.Set("max_pixels", kMaxPixels);
  if (status >= 0) status = avcodec_open2(context.get(), codec, options.get());
  if (status < 0) {
    Fail("{}: cannot decode {}: {}", path_.string(), codec->name, FfmpegReason(status));
  }
  return context;
}

bool MediaInput::is_still_image() const {
  const std::string_view name = format_->iformat->name;
  return name == "image2" || name.ends_with("_pipe");
}

}  // namespace videopose::internal

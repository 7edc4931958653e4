// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/still_source.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/media/media_formats.h"
#include "videopose/media/media_input.h"

namespace videopose::internal {
namespace fs = std::filesystem;
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The run of digits at the start, without leading zeros; `text` is left with the rest.
std::string_view TakeNumber(std::string_view& text) {
  size_t zeros = 0;
  while (zeros < text.size() && text[zeros] == '0') ++zeros;
  size_t end = zeros;
  while (end < text.size() && IsDigit(text[end])) ++end;
  const std::string_view number = text.substr(zeros, end - zeros);
  text.remove_prefix(end);
  return number;
}

bool IsImageName(const fs::path& path) {
  const MediaFormat* format = FindMediaFormat(path);
  return format != nullptr && format->kind == MediaKind::kImage;
}

void DecodeStill(const fs::path& path, AVFrame* frame) {
  MediaInput input(path);
  if (!input.is_still_image() || input.format()->nb_streams == 0) {
    Fail("{}: not an image, although it has the name of one", path.string());
  }
  const FfmpegPtr<AVCodecContext> codec = input.OpenDecoder(input.format()->streams[0], 1);
  const FfmpegPtr<AVPacket> packet = NewPacket();
  int status = 0;
  while (status >= 0 && av_read_frame(input.format(), packet.get()) >= 0) {
    status = avcodec_send_packet(codec.get(), packet.get());
    av_packet_unref(packet.get());
    if (status >= 0 && avcodec_receive_frame(codec.get(), frame) >= 0) return;
  }
  if (status >= 0) status = avcodec_send_packet(codec.get(), nullptr);
  if (status >= 0) status = avcodec_receive_frame(codec.get(), frame);
  if (status < 0) Fail("{}: the image is damaged: {}", path.string(), FfmpegReason(status));
}

}  // namespace

bool NaturallyBefore(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a, whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a.front()) && IsDigit(b.front())) {
      const std::string_view number_a = TakeNumber(a), number_b = TakeNumber(b);
      if (number_a.size() != number_b.size()) return number_a.size() < number_b.size();
      if (number_a != number_b) return number_a < number_b;
    } else {
      if (a.front() != b.front()) return a.front() < b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  // Only leading zeros may differ still: any fixed order will do.
  return a.empty() == b.empty() ? whole_a < whole_b : a.empty();
}

std::vector<fs::path> ListImages(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const bool is_hidden = it->path().filename().string().starts_with('.');
    std::error_code ignored;
    if (!is_hidden && it->is_regular_file(ignored) && IsImageName(it->path())) {
      paths.push_back(it->path());
    }
  }
  if (error) Fail("{}: cannot read: {}", folder.string(), error.message());
  if (paths.empty()) {
    Fail("{}: this folder has no images in it (jpg, png, webp, bmp, ...)", folder.string());
  }
  std::sort(paths.begin(), paths.end(), [](const fs::path& a, const fs::path& b) {
    return NaturallyBefore(a.filename().string(), b.filename().string());
  });
  return paths;
}

StillSource::StillSource(std::vector<fs::path> paths) : paths_(std::move(paths)) {}

bool StillSource::Next(AVFrame* frame) {
  while (next_ < paths_.size()) {
    const size_t index = next_++;
    av_frame_unref(frame);
    try {
      DecodeStill(paths_[index], frame);
    } catch (const Error& error) {
      if (paths_.size() == 1) throw;
      if (decode_warnings_.empty()) decode_warnings_ = fmt::format("{}; left out", error.what());
      continue;
    }
    const std::string message = TakeFfmpegMessage();
    if (decode_warnings_.empty() && !message.empty()) {
      decode_warnings_ =
          fmt::format("{}: only partly readable: {}", paths_[index].string(), message);
    }
    frame->pts = static_cast<int64_t>(index);
    return true;
  }
  return false;
}

VideoInfo StillSource::Describe() const {
  VideoInfo info;
  info.is_still_images = true;
  info.frame_rate = {25, 1};
  info.estimated_frame_count = static_cast<int64_t>(paths_.size());
  info.duration_s = static_cast<double>(paths_.size()) / info.frame_rate.per_second();
  const MediaInput first(paths_.front());
  info.container = first.format()->iformat->name;
  if (first.format()->nb_streams > 0) {
    info.codec = avcodec_get_name(first.format()->streams[0]->codecpar->codec_id);
  }
  return info;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/ffmpeg_util.h"

extern "C" {
#include <libavutil/error.h>
#include <libavutil/log.h>
}

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <new>
#include <string_view>
#include <utility>

#include "videopose/base/check.h"

namespace videopose::internal {

namespace {

std::atomic<bool> log_is_captured = false;

// Per thread, so that two readers do not take each other's messages.
thread_local std::string last_message;

// Of all DecoderMessages that there are, by address: a program around this library may have
// decoders of its own, with other things in AVCodecContext::opaque.
struct Listeners {
  std::mutex mutex;
  std::map<const void*, std::string> first_message;
};

Listeners& AllListeners() {
  static Listeners listeners;
  return listeners;
}

// H.264 decoders also log errors for streams that play well; for data that they could not read
// they log that they conceal it.
bool IsDecodeError(const AVCodecContext& codec, int level, std::string_view format) {
  if (format.starts_with("concealing")) return true;
  return level <= AV_LOG_ERROR && codec.codec_id != AV_CODEC_ID_H264;
}

std::string Format(int level, const char* format, va_list arguments) {
  std::array<char, 512> line{};
  int print_prefix = 0;
  av_log_format_line2(nullptr, level, format, arguments, line.data(), line.size(), &print_prefix);
  std::string text = line.data();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  return text;
}

void KeepMessage(void* context, int level, const char* format, va_list arguments) {
  const bool is_codec =
      context != nullptr && *static_cast<const AVClass**>(context) == avcodec_get_class();
  if (is_codec) {
    const auto& codec = *static_cast<const AVCodecContext*>(context);
    const std::lock_guard lock(AllListeners().mutex);
    const auto listener = AllListeners().first_message.find(codec.opaque);
    if (listener != AllListeners().first_message.end()) {
      const bool is_first = listener->second.empty();
      if (is_first && IsDecodeError(codec, level, format)) {
        va_list copy;
        va_copy(copy, arguments);
        listener->second = Format(level, format, copy);
        va_end(copy);
      }
    }
  }
  if (level <= AV_LOG_ERROR) {
    std::string text = Format(level, format, arguments);
    if (text.size() > 3) last_message = std::move(text);
  }
}

}  // namespace

FfmpegPtr<AVFrame> NewFrame() {
  FfmpegPtr<AVFrame> frame(av_frame_alloc());
  if (!frame) throw std::bad_alloc();
  return frame;
}

FfmpegPtr<AVPacket> NewPacket() {
  FfmpegPtr<AVPacket> packet(av_packet_alloc());
  if (!packet) throw std::bad_alloc();
  return packet;
}

bool IsFfmpegLogCaptured() { return log_is_captured; }

std::string FfmpegErrorText(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

std::string TakeFfmpegMessage() { return std::exchange(last_message, {}); }

DecoderMessages::DecoderMessages() {
  const std::lock_guard lock(AllListeners().mutex);
  AllListeners().first_message[this];
}

DecoderMessages::~DecoderMessages() {
  const std::lock_guard lock(AllListeners().mutex);
  AllListeners().first_message.erase(this);
}

std::string DecoderMessages::Take() {
  const std::lock_guard lock(AllListeners().mutex);
  return std::exchange(AllListeners().first_message[this], {});
}

std::string FfmpegReason(int code) {
  const std::string message = TakeFfmpegMessage();
  return message.empty() ? FfmpegErrorText(code)
                         : fmt::format("{} ({})", FfmpegErrorText(code), message);
}

AVFilterContext* AddFilter(AVFilterGraph* graph, const char* filter, const char* name,
                           const std::string& arguments) {
  AVFilterContext* context = nullptr;
  const int status = avfilter_graph_create_filter(&context, avfilter_get_by_name(filter), name,
                                                  arguments.c_str(), nullptr, graph);
  VP_CHECK(status >= 0, "filter {}={}: {}", filter, arguments, FfmpegReason(status));
  return context;
}

void JoinFilters(AVFilterGraph* graph, AVFilterContext* source, AVFilterContext* sink,
                 const std::string& chain) {
  AVFilterInOut* outputs = avfilter_inout_alloc();
  AVFilterInOut* inputs = avfilter_inout_alloc();
  if (outputs == nullptr || inputs == nullptr) throw std::bad_alloc();
  *outputs = {av_strdup("in"), source, 0, nullptr};
  *inputs = {av_strdup("out"), sink, 0, nullptr};
  int status = avfilter_graph_parse_ptr(graph, chain.c_str(), &inputs, &outputs, nullptr);
  avfilter_inout_free(&inputs);
  avfilter_inout_free(&outputs);
  if (status >= 0) status = avfilter_graph_config(graph, nullptr);
  VP_CHECK(status >= 0, "filters {}: {}", chain, FfmpegReason(status));
}

}  // namespace videopose::internal

namespace videopose {

using namespace internal;

void CaptureFfmpegLog(bool capture) {
  log_is_captured = capture;
  av_log_set_callback(capture ? KeepMessage : av_log_default_callback);
}

}  // namespace videopose

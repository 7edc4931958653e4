// SPDX-License-Identifier: Apache-2.0

// FFmpeg's objects with owners, and its errors as text. For the .cc files of this module only.

#ifndef VIDEOPOSE_MEDIA_FFMPEG_UTIL_H_
#define VIDEOPOSE_MEDIA_FFMPEG_UTIL_H_

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>

#include "videopose/media.h"

namespace videopose::internal {

// FFmpeg's option max_pixels: past 16K video; a damaged header can ask for anything.
inline constexpr const char* kMaxPixels = "134217728";

struct FfmpegDeleter {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(AVFilterGraph* graph) const { avfilter_graph_free(&graph); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
template <typename T>
using FfmpegPtr = std::unique_ptr<T, FfmpegDeleter>;

FfmpegPtr<AVFrame> NewFrame();
FfmpegPtr<AVPacket> NewPacket();

// FFmpeg's text for one of its error codes: "No space left on device".
std::string FfmpegErrorText(int code);

// Whether CaptureFfmpegLog was called.
bool IsFfmpegLogCaptured();

// What FFmpeg wanted to print last on this thread ("moov atom not found"), which often says more
// than the code; empty if nothing, or if its log is not ours (CaptureFfmpegLog). Taking it clears
// it.
std::string TakeFfmpegMessage();

// Both of the above: "Invalid data found when processing input (moov atom not found)".
std::string FfmpegReason(int code);

// The messages of a decoder (of all its threads) on damaged frames; none if the log is not ours.
class DecoderMessages {
 public:
  DecoderMessages();
  ~DecoderMessages();
  DecoderMessages(const DecoderMessages&) = delete;
  DecoderMessages& operator=(const DecoderMessages&) = delete;

  // Before `codec` is opened; it must not outlive this object.
  void ListenTo(AVCodecContext* codec) { codec->opaque = this; }

  // The first since the last call; empty if there was none.
  std::string Take();
};

// Common encryption (DRM): the frame is noise without the key. Files need not say it at their
// beginning.
inline bool IsEncrypted(const AVPacket* packet) {
  return av_packet_get_side_data(packet, AV_PKT_DATA_ENCRYPTION_INFO, nullptr) != nullptr;
}
inline constexpr std::string_view kIsEncrypted =
    "the video is encrypted (copy protection) and cannot be read";

inline AVRational ToRational(const FrameRate& rate) {
  return {static_cast<int>(rate.numerator), static_cast<int>(rate.denominator)};
}

// A filter of `graph`, and filters between two of it, in FFmpeg's filter language. Throw
// std::logic_error if it is not right.
AVFilterContext* AddFilter(AVFilterGraph* graph, const char* filter, const char* name,
                           const std::string& arguments);
void JoinFilters(AVFilterGraph* graph, AVFilterContext* source, AVFilterContext* sink,
                 const std::string& chain);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_FFMPEG_UTIL_H_

// FFmpeg's objects with owners, and its errors as text. For the .cc files of this module only.

#ifndef VIDEOPOSE_IO_FFMPEG_UTIL_H_
#define VIDEOPOSE_IO_FFMPEG_UTIL_H_

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>

#include "videopose/io/video_reader.h"

namespace videopose {

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

// FFmpeg would print to stderr; from the first call on it does not, in the whole process.
void SilenceFfmpeg();

// FFmpeg's words for one of its error codes: "No space left on device".
std::string FfmpegErrorText(int code);

// What FFmpeg wanted to print last on this thread ("moov atom not found"), which often says more
// than the code; empty if nothing. Taking it clears it.
std::string TakeFfmpegMessage();

// Both of the above: "Invalid data found when processing input (moov atom not found)".
std::string FfmpegReason(int code);

inline AVRational ToRational(const FrameRate& rate) {
  return {static_cast<int>(rate.numerator), static_cast<int>(rate.denominator)};
}

// `data` of `graph`'s filters joined by a description in FFmpeg's filter language. Throws
// std::logic_error if the description is not right.
AVFilterContext* AddFilter(AVFilterGraph* graph, const char* filter, const char* name,
                           const std::string& arguments);
void JoinFilters(AVFilterGraph* graph, AVFilterContext* source, AVFilterContext* sink,
                 const std::string& chain);

}  // namespace videopose

#endif  // VIDEOPOSE_IO_FFMPEG_UTIL_H_

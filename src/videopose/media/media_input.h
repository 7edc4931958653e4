// SPDX-License-Identifier: Apache-2.0

// A media file, opened: what every reader of video and of audio begins with.

#ifndef VIDEOPOSE_MEDIA_MEDIA_INPUT_H_
#define VIDEOPOSE_MEDIA_MEDIA_INPUT_H_

#include <filesystem>

#include "videopose/media/ffmpeg_util.h"

namespace videopose::internal {

class MediaInput {
 public:
  // Only looks at the content, never at the file's name, and never leaves this machine, whatever a
  // play list in the file may say. Throws Error: missing, empty, not a media file, ...
  explicit MediaInput(const std::filesystem::path& path);
  ~MediaInput();
  MediaInput(const MediaInput&) = delete;
  MediaInput& operator=(const MediaInput&) = delete;

  // Reads ahead to learn frame rates and the like. A still image does not need it.
  void FindStreamInfo();

  // The best stream of this kind, or null. A cover image in a music file is no video.
  AVStream* BestStream(AVMediaType type) const;

  // A decoder for `stream`, opened; `messages` (may be null) must outlive it. Throws Error.
  FfmpegPtr<AVCodecContext> OpenDecoder(const AVStream* stream, int threads,
                                        DecoderMessages* messages = nullptr) const;

  bool is_still_image() const;
  AVFormatContext* format() const { return format_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  void Release();

  std::filesystem::path path_;
  AVIOContext* bytes_ = nullptr;
  AVFormatContext* format_ = nullptr;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_MEDIA_INPUT_H_

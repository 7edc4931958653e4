// SPDX-License-Identifier: Apache-2.0

// The audio of another file, copied beside new frames.

#ifndef VIDEOPOSE_MEDIA_AUDIO_TRACK_H_
#define VIDEOPOSE_MEDIA_AUDIO_TRACK_H_

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>

#include "videopose/media/audio_encoder.h"
#include "videopose/media/ffmpeg_util.h"
#include "videopose/media/media_input.h"
#include "videopose/media/media_output.h"

namespace videopose::internal {

// Time 0 of the new file is `start_s` after the first frame of the old one. Audio that MP4
// players know is copied bit by bit, other audio becomes AAC. Damaged audio ends early.
class AudioTrack {
 public:
  // Adds a stream to `output`, before its header is written; null if the file has no audio. Throws
  // Error if the file cannot be read.
  static std::unique_ptr<AudioTrack> Open(const std::filesystem::path& path, double start_s,
                                          MediaOutput& output);

  // Writes what comes before this time of the new file.
  void WriteUntil(double time_s);
  // The same, and nothing comes after it.
  void Finish(double time_s);

 private:
  AudioTrack(std::unique_ptr<MediaInput> input, AVStream* source, double start_s,
             MediaOutput& output);
  bool ReadPacket();
  void WritePacket();

  std::unique_ptr<MediaInput> input_;
  AVStream* source_;
  MediaOutput& output_;
  std::optional<AudioEncoder> encoder_;  // none: packets are copied
  AVStream* copy_ = nullptr;
  FfmpegPtr<AVPacket> packet_ = NewPacket();  // the next to be written; its times are the new ones
  bool has_packet_ = false;
  int64_t start_pts_;  // in the old file
  int64_t last_pts_ = std::numeric_limits<int64_t>::min();
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_AUDIO_TRACK_H_

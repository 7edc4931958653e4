// SPDX-License-Identifier: Apache-2.0

// The interface of sources of decoded frames: a video stream, or still images.

#ifndef VIDEOPOSE_MEDIA_FRAME_SOURCE_H_
#define VIDEOPOSE_MEDIA_FRAME_SOURCE_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "videopose/media/ffmpeg_util.h"

namespace videopose::internal {

class FrameSource {
 public:
  FrameSource() = default;
  virtual ~FrameSource() = default;
  FrameSource(const FrameSource&) = delete;
  FrameSource& operator=(const FrameSource&) = delete;

  // The next frame as it is stored, progressive; false at the end. frame->pts is its time in
  // units of time_base() and never goes back.
  virtual bool Next(AVFrame* frame) = 0;

  // The frame that Next gives is then one at or before this time, or the first of all.
  virtual void SkipTo(int64_t pts) = 0;

  virtual AVRational time_base() const = 0;

  // The file that the last frame came from.
  virtual const std::filesystem::path& current_path() const = 0;

  // Fills in what is known without decoding: all but the size and the rotation. The estimated
  // frame count is that of the whole.
  virtual VideoInfo Describe() const = 0;

  // Turns the frame upright, if the container says how and the frame itself does not: 9
  // numbers or null.
  virtual const int32_t* display_matrix() const { return nullptr; }

  // Pixel shape where the frame itself does not say; 0/1: not known.
  virtual AVRational sample_aspect_ratio() const { return {0, 1}; }

  // As VideoReader::decode_warnings().
  const std::string& decode_warnings() const { return decode_warnings_; }
  // Only why: "File ended prematurely".
  const std::string& decode_error() const { return decode_error_; }

 protected:
  std::string decode_warnings_, decode_error_;
};

// Opens a video, an image or a folder of images. Throws Error.
std::unique_ptr<FrameSource> OpenFrameSource(const std::filesystem::path& path, int threads);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_FRAME_SOURCE_H_

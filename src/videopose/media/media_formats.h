// SPDX-License-Identifier: Apache-2.0

// Image and video files by the extension of their names: which are written, and which files of a
// folder are meant. FFmpeg recognises the content of files that are read.

#ifndef VIDEOPOSE_MEDIA_MEDIA_FORMATS_H_
#define VIDEOPOSE_MEDIA_MEDIA_FORMATS_H_

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace videopose::internal {

enum class MediaKind { kVideo, kAnimation, kImage };

struct MediaFormat {
  std::vector<std::string_view> extensions;  // lower case, the usual one first
  MediaKind kind;
  bool is_written = false;

  bool is_moving() const { return kind != MediaKind::kImage; }
};

std::span<const MediaFormat> MediaFormats();

// Null where the path's extension, in whatever case, is none of theirs.
const MediaFormat* FindMediaFormat(const std::filesystem::path& path);

// ".mp4, .gif, .png, .jpg": those that are written.
std::string WrittenMediaExtensions();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_MEDIA_FORMATS_H_

// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/media_formats.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "videopose/base/extension.h"

namespace videopose::internal {

std::span<const MediaFormat> MediaFormats() {
  using enum MediaKind;
  static const std::vector<MediaFormat> formats = {
      {.extensions = {".mp4"}, .kind = kVideo, .is_written = true},
      {.extensions = {".gif"}, .kind = kAnimation, .is_written = true},
      {.extensions = {".png"}, .kind = kImage, .is_written = true},
      {.extensions = {".jpg", ".jpeg"}, .kind = kImage, .is_written = true},
      {.extensions = {".mov", ".m4v",  ".avi", ".mkv", ".webm", ".mpg", ".mpeg",
                      ".mts", ".m2ts", ".ts",  ".wmv", ".flv",  ".3gp", ".ogv",
                      ".mxf", ".vob",  ".y4m", ".dv",  ".asf",  ".divx"},
       .kind = kVideo},
      {.extensions = {".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".pnm", ".jp2", ".exr",
                      ".dpx"},
       .kind = kImage},
  };
  return formats;
}

const MediaFormat* FindMediaFormat(const std::filesystem::path& path) {
  const std::string extension = LowerCaseExtension(path);
  for (const MediaFormat& format : MediaFormats()) {
    if (std::ranges::find(format.extensions, extension) != format.extensions.end()) return &format;
  }
  return nullptr;
}

std::string WrittenMediaExtensions() {
  std::vector<std::string_view> extensions;
  for (const MediaFormat& format : MediaFormats()) {
    if (format.is_written) extensions.push_back(format.extensions[0]);
  }
  return fmt::format("{}", fmt::join(extensions, ", "));
}

}  // namespace videopose::internal

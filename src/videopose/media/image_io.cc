// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/error.h"
#include "videopose/media.h"

namespace videopose {

using namespace internal;

Image ReadImage(const std::filesystem::path& path) {
  VideoReader reader(path, {.max_frames = 1, .threads = 1});
  Image image;
  if (!reader.Read(image)) FailAt(path, ErrorCode::kWrongFormat, "no image in it");
  return image;
}

void WriteImage(const std::filesystem::path& path, const Image& image) {
  VideoWriter writer(path, {.width_px = image.width_px, .height_px = image.height_px});
  writer.Write(image);
  writer.Close();
}

}  // namespace videopose

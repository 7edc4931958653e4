// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/frame_source.h"

#include <system_error>
#include <utility>
#include <vector>

#include "videopose/media/media_input.h"
#include "videopose/media/still_source.h"
#include "videopose/media/video_source.h"

namespace videopose::internal {

std::unique_ptr<FrameSource> OpenFrameSource(const std::filesystem::path& path, int threads) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return std::make_unique<StillSource>(ListImages(path));
  }
  auto input = std::make_unique<MediaInput>(path);
  if (input->is_still_image()) return std::make_unique<StillSource>(std::vector{path});
  return std::make_unique<VideoSource>(std::move(input), threads);
}

}  // namespace videopose::internal

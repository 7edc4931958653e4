// SPDX-License-Identifier: Apache-2.0

// An image, or a folder of images in the natural order of their names, as a video of 25 frames per
// second.

#ifndef VIDEOPOSE_MEDIA_STILL_SOURCE_H_
#define VIDEOPOSE_MEDIA_STILL_SOURCE_H_

#include <filesystem>
#include <string_view>
#include <vector>

#include "videopose/media/frame_source.h"

namespace videopose::internal {

// "frame2" comes before "frame10": runs of digits count as numbers.
bool NaturallyBefore(std::string_view a, std::string_view b);

// All images of a folder, sorted. Throws Error if there are none.
std::vector<std::filesystem::path> ListImages(const std::filesystem::path& folder);

class StillSource : public FrameSource {
 public:
  explicit StillSource(std::vector<std::filesystem::path> paths);

  bool Next(AVFrame* frame) override;
  void SkipTo(int64_t pts) override { next_ = pts; }
  AVRational time_base() const override { return {1, 25}; }
  const std::filesystem::path& current_path() const override { return paths_[next_ - 1]; }
  VideoInfo Describe() const override;

 private:
  std::vector<std::filesystem::path> paths_;
  size_t next_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_STILL_SOURCE_H_

// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/encode_video.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "support/test_folder.h"
#include "videopose/media.h"

namespace videopose::internal::encode_video_test {

struct Input {
  int64_t index = 0;
};

// Frames 3, 4 and 7: between the last two the image stands still.
TEST(EncodeVideo, ThePreviousImageIsRepeatedWhereFramesAreLeftOut) {
  const std::filesystem::path folder = EmptyFolder("frames");
  VideoWriter writer(folder / "frames/", {.width_px = 16, .height_px = 16, .frame_rate = {25, 1}});
  const std::vector<int64_t> indices = {3, 4, 7};
  size_t next = 0;
  int64_t last_done = 0;
  const WorkMonitor monitor{.on_progress = [&](const Progress& p) { last_done = p.done; }};
  const int64_t written = EncodeVideo<Input>(
      [&](Input& input) {
        if (next == indices.size()) return false;
        input.index = indices[next++];
        return true;
      },
      [](Input& input, Image& image) {
        image = Image(16, 16);
        std::ranges::fill(image.bgrx, static_cast<uint8_t>(20 * input.index));
      },
      {.workers = 3, .total = 5, .monitor = monitor}, writer);
  writer.Close();
  EXPECT_EQ(written, 5);
  EXPECT_EQ(last_done, 5);
  VideoReader reader(folder / "frames");
  std::vector<int> values;
  for (Image image; reader.Read(image);) values.push_back(image.bgrx[0]);
  EXPECT_EQ(values, (std::vector<int>{60, 80, 80, 80, 140}));
}

}  // namespace videopose::internal::encode_video_test

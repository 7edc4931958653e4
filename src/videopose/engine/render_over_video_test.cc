// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/media.h"
#include "videopose/process.h"

namespace videopose::internal::render_over_video_test {

TEST(RenderOverVideo, AnotherVideoThanTheKeypointsIsAMismatch) {
  const std::filesystem::path folder = TestFolder(), video = folder / "clip.mp4";
  {
    VideoWriter writer(video, {.width_px = 64, .height_px = 48});
    for (int i = 0; i < 3; ++i) writer.Write(Image(64, 48));
    writer.Close();
  }
  const KeypointSequence keypoints{.fps = 25, .width_px = 32, .height_px = 32, .frame_count = 3};
  const auto render = [&](const std::filesystem::path& over) {
    RenderOverVideo({}, keypoints, over, folder / "drawn.mp4", {}, {}, {});
  };
  EXPECT_EQ(CodeOf([&] { render(video); }), ErrorCode::kMismatch);
  EXPECT_THAT(ErrorOf([&] { render(video); }),
              testing::AllOf(testing::HasSubstr("64 x 48"), testing::HasSubstr("32 x 32")));
  EXPECT_EQ(CodeOf([&] { render(folder / "none.mp4"); }), ErrorCode::kFileNotFound);
  EXPECT_FALSE(std::filesystem::exists(folder / "drawn.mp4"));
}

}  // namespace videopose::internal::render_over_video_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/media_formats.h"

#include <gtest/gtest.h>

#include <set>

namespace videopose::internal::media_formats_test {

TEST(MediaFormats, AreFoundByExtensionInAnyCase) {
  ASSERT_NE(FindMediaFormat("CLIP.MOV"), nullptr);
  EXPECT_TRUE(FindMediaFormat("CLIP.MOV")->is_moving());
  EXPECT_FALSE(FindMediaFormat("CLIP.MOV")->is_written);
  EXPECT_EQ(FindMediaFormat("frame.JPEG"), FindMediaFormat("frame.jpg"));
  EXPECT_FALSE(FindMediaFormat("frame.png")->is_moving());
  EXPECT_EQ(FindMediaFormat("clip.npz"), nullptr);
  EXPECT_EQ(FindMediaFormat("mp4"), nullptr);
  EXPECT_EQ(WrittenMediaExtensions(), ".mp4, .gif, .png, .jpg");
}

TEST(MediaFormats, EachExtensionStandsOnce) {
  std::set<std::string_view> seen;
  for (const MediaFormat& format : MediaFormats()) {
    for (const std::string_view extension : format.extensions) {
      EXPECT_TRUE(seen.insert(extension).second) << extension;
    }
  }
}

}  // namespace videopose::internal::media_formats_test

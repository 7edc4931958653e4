// SPDX-License-Identifier: Apache-2.0

#include "videopose/geometry/clip_lens.h"

#include <gtest/gtest.h>

namespace videopose::internal::clip_lens_test {

TEST(ClipLens, IsTheKnownOneElseTheDefault) {
  EXPECT_EQ(FocalPxOf(700, 1280, 720), 700);
  EXPECT_EQ(FocalPxOf(0, 1280, 720), DefaultFocalPx(1280, 720));
  EXPECT_EQ(ClipLens(700, 1280, 720), PlainLens(700, 1280, 720));
  EXPECT_EQ(ClipLens(0, 1280, 720), PlainLens(DefaultFocalPx(1280, 720), 1280, 720));
}

}  // namespace videopose::internal::clip_lens_test

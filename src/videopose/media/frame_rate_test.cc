// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/frame_rate.h"

#include <gtest/gtest.h>

namespace videopose::internal::frame_rate_test {

TEST(PickFrameRate, TellsCamerasFromTimeBases) {
  // Constant rates stay what they are.
  EXPECT_EQ(PickFrameRate({25, 1}, {25, 1}, false), (FrameRate{25, 1}));
  EXPECT_EQ(PickFrameRate({30000, 1001}, {30000, 1001}, false), (FrameRate{30000, 1001}));
  // A phone: times in 1/90000 s, 29.95 per second in the mean.
  EXPECT_EQ(PickFrameRate({2995, 100}, {90000, 1}, false), (FrameRate{30000, 1001}));
  EXPECT_EQ(PickFrameRate({2995, 100}, {30, 1}, false), (FrameRate{30, 1}));
  // Frames missing from 30 per second.
  EXPECT_EQ(PickFrameRate({21, 1}, {30, 1}, false), (FrameRate{30, 1}));
  // Fields, not frames.
  EXPECT_EQ(PickFrameRate({25, 1}, {50, 1}, true), (FrameRate{25, 1}));
  // No usual rate.
  EXPECT_EQ(PickFrameRate({175, 10}, {90000, 1}, false), (FrameRate{17500, 1000}));
  // Nothing known, or nonsense.
  EXPECT_EQ(PickFrameRate({0, 0}, {0, 1}, false), (FrameRate{25, 1}));
  EXPECT_EQ(PickFrameRate({0, 0}, {90000, 1}, false), (FrameRate{25, 1}));
  EXPECT_EQ(PickFrameRate({-5, 1}, {12, 1}, false), (FrameRate{12, 1}));
}

}  // namespace videopose::internal::frame_rate_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/frame_rate.h"

#include <gtest/gtest.h>

#include <limits>

#include "videopose/base/error.h"

namespace videopose::internal::frame_rate_test {

TEST(FrameRateOf, KnowsWholeNtscAndOtherRates) {
  EXPECT_EQ(FrameRateOf(25), (FrameRate{25, 1}));
  EXPECT_EQ(FrameRateOf(29.97), (FrameRate{30000, 1001}));
  EXPECT_EQ(FrameRateOf(30000.0 / 1001), (FrameRate{30000, 1001}));
  EXPECT_EQ(FrameRateOf(23.976), (FrameRate{24000, 1001}));
  EXPECT_EQ(FrameRateOf(59.94), (FrameRate{60000, 1001}));
  EXPECT_EQ(FrameRateOf(12.5), (FrameRate{12500, 1000}));
}

TEST(FrameRateOf, RejectsWhatNoFileCanHave) {
  for (const double fps : {0.0, -5.0, 1e9, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(FrameRateOf(fps), Error) << fps;
  }
}

TEST(OutputFrames, KeepTheSpeed) {
  EXPECT_EQ(OutputFrameCount(100, 50, 25), 50);
  EXPECT_EQ(SourceFrame(10, 100, 50, 25), 20);
  EXPECT_EQ(OutputFrameCount(100, 25, 50), 200);
  EXPECT_EQ(SourceFrame(11, 100, 25, 50), 5);
  EXPECT_EQ(SourceFrame(199, 100, 25, 50), 99);
}

TEST(OutputFrames, AtTheSameRateAreTheSame) {
  const double fps = 30000.0 / 1001;
  EXPECT_EQ(OutputFrameCount(1000, fps, fps), 1000);
  for (int64_t k = 0; k < 1000; ++k) EXPECT_EQ(SourceFrame(k, 1000, fps, fps), k);
}

TEST(OutputFrames, AreAtLeastOne) { EXPECT_EQ(OutputFrameCount(1, 50, 1), 1); }

}  // namespace videopose::internal::frame_rate_test

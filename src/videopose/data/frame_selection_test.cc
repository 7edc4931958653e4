// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/frame_selection.h"

#include <gtest/gtest.h>

namespace videopose::internal::frame_selection_test {

TEST(SelectFrames, AllOrEveryNth) {
  EXPECT_EQ(SelectFrames(45, 1, 1), (FrameSelection{0, 1, 45}));
  EXPECT_EQ(SelectFrames(45, 1, 2), (FrameSelection{0, 2, 23}));
  EXPECT_EQ(SelectFrames(0, 1, 3), (FrameSelection{0, 3, 0}));
}

// Expected: the formula of data/frame_selection.cc, in Python with hashlib.
TEST(SelectFrames, SubsetsStartWhereTheHashSays) {
  EXPECT_EQ(SelectFrames(45, 0.5, 1), (FrameSelection{16, 1, 22}));  // 22.5: half to even
  EXPECT_EQ(SelectFrames(43, 0.5, 1), (FrameSelection{1, 1, 22}));   // 21.5: half to even
  EXPECT_EQ(SelectFrames(100, 0.1, 1), (FrameSelection{37, 1, 10}));
  EXPECT_EQ(SelectFrames(101, 0.3, 2), (FrameSelection{38, 2, 15}));
  EXPECT_EQ(SelectFrames(1383, 0.01, 1), (FrameSelection{443, 1, 14}));
  EXPECT_EQ(SelectFrames(7, 0.5, 3), (FrameSelection{3, 3, 1}));
}

TEST(SelectFrames, MayLeaveNothing) {
  EXPECT_EQ(SelectFrames(10, 0.05, 1).count, 0);
  EXPECT_EQ(SelectFrames(2478, 0.001, 5).count, 0);
}

TEST(SelectFrames, StaysInside) {
  for (int64_t frames = 0; frames < 300; ++frames) {
    for (const double subset : {0.01, 0.3, 0.999}) {
      for (const int downsample : {1, 2, 7}) {
        const FrameSelection s = SelectFrames(frames, subset, downsample);
        ASSERT_GE(s.begin, 0);
        ASSERT_LE(s.begin + (s.count - 1) * s.step, frames - 1);
      }
    }
  }
}

}  // namespace videopose::internal::frame_selection_test

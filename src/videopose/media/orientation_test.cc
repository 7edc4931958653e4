// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/orientation.h"

#include <gtest/gtest.h>

namespace videopose::internal::orientation_test {

TEST(CopyUpright, FollowsTheFormulaForAllEightOrientations) {
  constexpr int kWidth = 37, kHeight = 21;  // stored; neither is a multiple of anything
  Image stored(kWidth, kHeight);
  for (size_t i = 0; i < stored.bgrx.size(); ++i) stored.bgrx[i] = static_cast<uint8_t>(i * 7 / 3);
  for (int code = 0; code < 8; ++code) {
    const Orientation orientation{(code & 1) != 0, (code & 2) != 0, (code & 4) != 0};
    Image upright = orientation.transpose ? Image(kHeight, kWidth) : Image(kWidth, kHeight);
    CopyUpright(stored.bgrx.data(), static_cast<ptrdiff_t>(stored.stride_bytes()), orientation,
                upright);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        int to_x = orientation.transpose ? y : x, to_y = orientation.transpose ? x : y;
        if (orientation.mirror_x) to_x = upright.width_px - 1 - to_x;
        if (orientation.mirror_y) to_y = upright.height_px - 1 - to_y;
        for (int c = 0; c < 4; ++c) {
          ASSERT_EQ(upright.row(to_y)[4 * to_x + c], stored.row(y)[4 * x + c]) << code;
        }
      }
    }
  }
}

TEST(Orientation, ComesFromTheNearestQuarterTurn) {
  constexpr int kOne = 65536;
  const int32_t slightly_off_90[9] = {300, kOne - 5, 0, -kOne + 5, 300, 0, 0, 0, 1 << 30};
  EXPECT_EQ(OrientationFromDisplayMatrix(slightly_off_90).rotation_deg(), 90);
  const int32_t nothing[9] = {};
  EXPECT_TRUE(OrientationFromDisplayMatrix(nothing).is_identity());
  const int32_t hostile[9] = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
  EXPECT_EQ(OrientationFromDisplayMatrix(hostile).rotation_deg(), 180);
}

}  // namespace videopose::internal::orientation_test

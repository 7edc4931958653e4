// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/motion_filter.h"

#include <gtest/gtest.h>

namespace videopose::internal::motion_filter_test {

TEST(MotionFilterTest, LearnsAVelocityAndKeepsIt) {
  MotionFilter filter({10, 20}, 1, 50);
  for (int t = 1; t <= 50; ++t) {
    filter.Predict(0.04, 10);
    filter.Correct({10 + 0.04 * t * 30, 20 - 0.04 * t * 5}, 1);
  }
  EXPECT_NEAR(filter.velocity().x, 30, 0.5);
  EXPECT_NEAR(filter.velocity().y, -5, 0.5);
  const double sure = filter.position_variance();
  EXPECT_LT(sure, 1);
  filter.Predict(1, 10);
  EXPECT_NEAR(filter.position().x, 10 + 60 + 30, 1);
  EXPECT_GT(filter.position_variance(), 10 * sure);
}

TEST(MotionFilterTest, SlowsDownWhileNotObserved) {
  MotionFilter filter({0, 0}, 1, 50);
  filter.Predict(1, 1);
  filter.Correct({40, 0}, 1);
  const double speed = filter.velocity().x;
  filter.SlowDown(0.5);
  EXPECT_DOUBLE_EQ(filter.velocity().x, speed / 2);
}

}  // namespace videopose::internal::motion_filter_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/smoothing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace videopose::internal::smoothing_test {

TEST(SmoothRun, KeepsConstantsAndIsSymmetric) {
  std::vector<double> constant(20, 3.0);
  SmoothRun(constant, 4);
  EXPECT_THAT(constant, testing::Each(testing::DoubleNear(3, 1e-9)));
  std::vector<double> pulse(21, 0.0);
  pulse[10] = 1;
  SmoothRun(pulse, 2);
  // Up to where the run's ends have an effect.
  for (size_t k = 1; k <= 4; ++k) EXPECT_DOUBLE_EQ(pulse[10 - k], pulse[10 + k]);
  EXPECT_GT(pulse[10], pulse[9]);
}

TEST(FillGaps, LinesBetweenAndTheNearestOutside) {
  std::vector<double> values = {NAN, 1, NAN, NAN, 4, NAN};
  FillGaps(values);
  EXPECT_THAT(values, testing::ElementsAre(1, 1, 2, 3, 4, 4));
  std::vector<double> nothing = {NAN, NAN};
  FillGaps(nothing);
  EXPECT_THAT(nothing, testing::ElementsAre(0, 0));
}

}  // namespace videopose::internal::smoothing_test

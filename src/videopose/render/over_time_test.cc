#include "videopose/render/over_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace videopose {
namespace {

using testing::ElementsAre;

TEST(SmoothOverTime, KeepsConstantsAndIsSymmetric) {
  const std::vector<float> constant(20, 3.0F);
  EXPECT_THAT(SmoothOverTime(constant, 4), testing::Each(testing::FloatNear(3, 1e-6F)));
  std::vector<float> pulse(21, 0.0F);
  pulse[10] = 1;
  const std::vector<float> smooth = SmoothOverTime(pulse, 2);
  for (size_t k = 1; k <= 10; ++k) EXPECT_FLOAT_EQ(smooth[10 - k], smooth[10 + k]);
  EXPECT_GT(smooth[10], smooth[9]);
}

TEST(FillGaps, LinesBetweenAndTheNearestOutside) {
  std::vector<float> values = {NAN, 1, NAN, NAN, 4, NAN};
  FillGaps(values);
  EXPECT_THAT(values, ElementsAre(1, 1, 2, 3, 4, 4));
  std::vector<float> nothing = {NAN, NAN};
  FillGaps(nothing);
  EXPECT_THAT(nothing, ElementsAre(0, 0));
}

}  // namespace
}  // namespace videopose

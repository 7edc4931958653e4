// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/statistics.h"

#include <gmock/gmock.h>

#include <stdexcept>

namespace videopose::internal::statistics_test {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(Statistics, MedianIsOneOfTheValues) {
  EXPECT_EQ(Median<int>({5, 1, 3}), 3);
  EXPECT_EQ(Median<double>({4, 1, 2, 3}), 3) << "of an even number the larger in the middle";
  EXPECT_EQ(Median<float>({7}), 7);
  EXPECT_EQ(Median<double>({}), 0);
}

TEST(Statistics, QuantilesAreAtTheNearestRank) {
  const std::vector<float> values = {4, 0, 3, 1, 2};
  EXPECT_EQ(Quantile(values, 0), 0);
  EXPECT_EQ(Quantile(values, 0.5), 2);
  EXPECT_EQ(Quantile(values, 0.95), 4);
  EXPECT_EQ(Quantile(values, 0.6), 2);
  EXPECT_EQ(Quantile(std::vector<float>{}, 0.5), 0);
}

TEST(Statistics, RanksAreThoseOfSortedValues) {
  const std::vector<int> values = {30, 10, 20, 10};
  EXPECT_EQ(ValueAtRank(values, 0), 10);
  EXPECT_EQ(ValueAtRank(values, 1), 10);
  EXPECT_EQ(ValueAtRank(values, 3), 30);
  EXPECT_THROW(ValueAtRank(values, 4), std::logic_error);
}

TEST(Statistics, GaussianFallsToOneStandardDeviation) {
  const double at_one = 0.60653066, at_two = 0.13533528, at_three = 0.011108997;
  EXPECT_THAT(GaussianWeights(1), ElementsAre(1, DoubleNear(at_one, 1e-8), DoubleNear(at_two, 1e-8),
                                              DoubleNear(at_three, 1e-8)));
  EXPECT_EQ(GaussianWeights(10).size(), 31U);
  EXPECT_THAT(GaussianWeights(0), ElementsAre(1));
}

}  // namespace videopose::internal::statistics_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/one_euro.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace videopose::internal::one_euro_test {

float Filter(OneEuroFilter& filter, float value, double time_s, float scale = 1) {
  std::array<float, 1> values = {value};
  filter.Apply(values, time_s, scale);
  return values[0];
}

TEST(OneEuroTest, FirstValuePassesAndRestStays) {
  OneEuroFilter filter({.min_cutoff_hz = 1, .beta = 1, .derivative_cutoff_hz = 1});
  for (int i = 0; i < 5; ++i) EXPECT_FLOAT_EQ(Filter(filter, 7, 0.1 * i), 7);
}

// One step of 10 after a tenth of a second, worked out by hand from the definition.
TEST(OneEuroTest, AgreesWithTheDefinition) {
  OneEuroFilter filter({.min_cutoff_hz = 0.5F, .beta = 2, .derivative_cutoff_hz = 1});
  Filter(filter, 0, 1.0, 0.25F);
  const double tau = 2 * std::numbers::pi;
  const double speed = 10 * 0.25 * 10 / (1 + 10 / (tau * 1));
  const double expected = 10 / (1 + 10 / (tau * (0.5 + 2 * speed)));
  EXPECT_NEAR(Filter(filter, 10, 1.1, 0.25F), expected, 1e-5);
}

TEST(OneEuroTest, FastValuesAreFollowedMoreClosely) {
  OneEuroFilter steady({.min_cutoff_hz = 0.5F, .beta = 0});
  OneEuroFilter eager({.min_cutoff_hz = 0.5F, .beta = 5});
  for (OneEuroFilter* filter : {&steady, &eager}) Filter(*filter, 0, 0);
  EXPECT_LT(Filter(steady, 1, 0.1), Filter(eager, 1, 0.1));
}

TEST(OneEuroTest, ResetForgets) {
  OneEuroFilter filter({.min_cutoff_hz = 0.1F});
  Filter(filter, 0, 0);
  EXPECT_LT(Filter(filter, 100, 0.1), 50);
  filter.Reset();
  EXPECT_EQ(Filter(filter, 100, 0.2), 100);
}

TEST(OneEuroTest, TimeThatDoesNotPassChangesNothing) {
  OneEuroFilter filter({.min_cutoff_hz = 0.1F});
  Filter(filter, 0, 1);
  EXPECT_EQ(Filter(filter, 100, 1), 100);
  EXPECT_TRUE(std::isfinite(Filter(filter, 1, 2)));
}

TEST(OneEuroTest, WhatWasNotMeasuredIsPassedOver) {
  OneEuroFilter filter({.min_cutoff_hz = 1});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::array<float, 2> values = {nan, 1};
  filter.Apply(values, 0, 1);
  values = {5, 2};
  filter.Apply(values, 0.1, 1);
  EXPECT_EQ(values[0], 5) << "its first value";
  values = {nan, 2};
  filter.Apply(values, 0.2, 1);
  EXPECT_TRUE(std::isnan(values[0]));
  values = {6, 2};
  filter.Apply(values, 0.3, 1);
  EXPECT_GT(values[0], 5);
  EXPECT_LT(values[0], 6);
}

}  // namespace videopose::internal::one_euro_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/gaps.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace videopose::internal::gaps_test {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<std::pair<int64_t, int64_t>> GapsOf(const std::vector<bool>& is_there) {
  std::vector<std::pair<int64_t, int64_t>> gaps;
  ForEachGap(
      std::ssize(is_there), [&](int64_t t) { return is_there[t]; },
      [&](int64_t begin, int64_t end) { gaps.emplace_back(begin, end); });
  return gaps;
}

TEST(Gaps, AreLongestRuns) {
  EXPECT_THAT(GapsOf({}), IsEmpty());
  EXPECT_THAT(GapsOf({true, true}), IsEmpty());
  EXPECT_THAT(GapsOf({false, false}), ElementsAre(Pair(0, 2)));
  EXPECT_THAT(GapsOf({false, true, false, false, true, true, false}),
              ElementsAre(Pair(0, 1), Pair(2, 4), Pair(6, 7)));
}

std::vector<double> Filled(std::vector<double> values) {
  FillGaps(
      std::span(values), [&](int64_t t) { return std::isfinite(values[t]); },
      [](double before, double after, double share) { return std::lerp(before, after, share); });
  return values;
}

TEST(Gaps, AreInterpolatedInsideAndHeldAtTheEnds) {
  EXPECT_THAT(Filled({kNone, kNone, 1, kNone, kNone, kNone, 3, 4, kNone}),
              ElementsAre(1, 1, 1, 1.5, 2, 2.5, 3, 4, 4));
  EXPECT_THAT(Filled({}), IsEmpty());
}

TEST(Gaps, WithoutAnyValueNothingChanges) {
  EXPECT_THAT(Filled({kNone, kNone}), ElementsAre(testing::IsNan(), testing::IsNan()));
}

// The ends have the values themselves, not a mean of them that rounding changes.
TEST(Gaps, BetweenIsAskedOnlyInside) {
  std::vector<int> values = {0, 7, 0, 9, 0};
  int asked = 0;
  FillGaps(
      std::span(values), [&](int64_t t) { return values[t] != 0; },
      [&](int before, int after, double share) {
        ++asked;
        EXPECT_EQ(share, 0.5);
        return (before + after) / 2;
      });
  EXPECT_THAT(values, ElementsAre(7, 7, 8, 9, 9));
  EXPECT_EQ(asked, 1);
}

}  // namespace videopose::internal::gaps_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "videopose/base/random.h"

namespace videopose::internal::assignment_test {

using testing::ElementsAre;
using testing::IsEmpty;

double TotalCost(const std::vector<double>& costs, int columns, const std::vector<int>& chosen,
                 double cost_of_none) {
  double total = 0;
  for (size_t row = 0; row < chosen.size(); ++row) {
    total += chosen[row] < 0
                 ? cost_of_none
                 : costs[row * static_cast<size_t>(columns) + static_cast<size_t>(chosen[row])];
  }
  return total;
}

// Brute force: every pairing, row by row.
double LeastCost(const std::vector<double>& costs, int rows, int columns, double cost_of_none,
                 std::vector<int>& chosen) {
  if (static_cast<int>(chosen.size()) == rows) {
    return TotalCost(costs, columns, chosen, cost_of_none);
  }
  double least = 1e300;
  for (int column = -1; column < columns; ++column) {
    if (column >= 0 && std::ranges::count(chosen, column) > 0) continue;
    chosen.push_back(column);
    least = std::min(least, LeastCost(costs, rows, columns, cost_of_none, chosen));
    chosen.pop_back();
  }
  return least;
}

TEST(AssignmentTest, TheBestTogetherIsNotTheBestForEach) {
  // Row 0 prefers column 0, but then row 1 has to take an expensive one.
  EXPECT_THAT(AssignAtLeastCost(std::vector<double>{1, 2, 1, 9}, 2, 2, 100), ElementsAre(1, 0));
}

TEST(AssignmentTest, RowsMayStayUnpaired) {
  EXPECT_THAT(AssignAtLeastCost(std::vector<double>{5, 7, 9, 2}, 2, 2, 4), ElementsAre(-1, 1));
  EXPECT_THAT(AssignAtLeastCost({}, 0, 3, 4), IsEmpty());
  EXPECT_THAT(AssignAtLeastCost({}, 2, 0, 4), ElementsAre(-1, -1));
}

TEST(AssignmentTest, AgreesWithTryingEverything) {
  RandomState random(3);
  for (int trial = 0; trial < 300; ++trial) {
    const int rows = trial % 5, columns = (trial / 5) % 5;
    std::vector<double> costs(static_cast<size_t>(rows * columns));
    for (double& cost : costs) cost = 15 * random.NextDouble() - 5;
    const std::vector<int> chosen = AssignAtLeastCost(costs, rows, columns, 4);
    ASSERT_EQ(chosen.size(), static_cast<size_t>(rows));
    for (const int column : chosen) {
      ASSERT_LT(column, columns);
      ASSERT_TRUE(column < 0 || std::ranges::count(chosen, column) == 1);
    }
    std::vector<int> tried;
    EXPECT_NEAR(TotalCost(costs, columns, chosen, 4), LeastCost(costs, rows, columns, 4, tried),
                1e-9)
        << trial;
  }
}

}  // namespace videopose::internal::assignment_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/assignment.h"

#include <cstddef>
#include <limits>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

// Adds the rows one after another. A shortest path through the reduced costs
// cost(i, j) - row_potential(i) - column_potential(j) >= 0 tells which earlier rows must change
// columns.
class Solver {
 public:
  Solver(std::span<const double> costs, int rows, int columns, double cost_of_none)
      : costs_(costs),
        rows_(rows),
        real_columns_(columns),
        columns_(columns + rows),  // each row may also stay unpaired: one such column per row
        cost_of_none_(cost_of_none),
        row_potential_(static_cast<size_t>(rows_) + 1),
        column_potential_(static_cast<size_t>(columns_) + 1),
        row_of_column_(static_cast<size_t>(columns_) + 1, kFree) {}

  std::vector<int> Solve() {
    for (int row = 0; row < rows_; ++row) Place(row);
    std::vector<int> column_of_row(static_cast<size_t>(rows_), -1);
    for (int column = 0; column < real_columns_; ++column) {
      const int row = row_of_column_[static_cast<size_t>(column)];
      if (row != kFree) column_of_row[static_cast<size_t>(row)] = column;
    }
    return column_of_row;
  }

 private:
  static constexpr int kFree = -1;

  double Cost(int row, int column) const {
    if (column >= real_columns_) return cost_of_none_;
    return costs_[static_cast<size_t>(row) * static_cast<size_t>(real_columns_) +
                  static_cast<size_t>(column)];
  }

  void Place(int new_row) {
    const auto start = static_cast<size_t>(columns_);  // a virtual column for the new row
    row_of_column_[start] = new_row;
    std::vector<double> distance(start + 1, std::numeric_limits<double>::infinity());
    std::vector<size_t> came_from(start + 1, start);
    std::vector<bool> reached(start + 1, false);
    size_t at = start;
    while (row_of_column_[at] != kFree) {
      reached[at] = true;
      const int row = row_of_column_[at];
      double nearest = std::numeric_limits<double>::infinity();
      size_t next = start;
      for (size_t column = 0; column < start; ++column) {
        if (reached[column]) continue;
        const double reduced = Cost(row, static_cast<int>(column)) -
                               row_potential_[static_cast<size_t>(row)] - column_potential_[column];
        if (reduced < distance[column]) {
          distance[column] = reduced;
          came_from[column] = at;
        }
        if (distance[column] < nearest) {
          nearest = distance[column];
          next = column;
        }
      }
      for (size_t column = 0; column <= start; ++column) {
        if (reached[column]) {
          row_potential_[static_cast<size_t>(row_of_column_[column])] += nearest;
          column_potential_[column] -= nearest;
        } else {
          distance[column] -= nearest;
        }
      }
      at = next;
    }
    for (; at != start; at = came_from[at]) row_of_column_[at] = row_of_column_[came_from[at]];
    row_of_column_[start] = kFree;
    column_potential_[start] = 0;
  }

  const std::span<const double> costs_;
  const int rows_, real_columns_, columns_;
  const double cost_of_none_;
  std::vector<double> row_potential_, column_potential_;
  std::vector<int> row_of_column_;
};

}  // namespace

std::vector<int> AssignAtLeastCost(std::span<const double> costs, int rows, int columns,
                                   double cost_of_none) {
  VP_CHECK(rows >= 0 && columns >= 0 &&
               costs.size() == static_cast<size_t>(rows) * static_cast<size_t>(columns),
           "{} costs for {} x {}", costs.size(), rows, columns);
  return Solver(costs, rows, columns, cost_of_none).Solve();
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// The assignment problem: pairs rows and columns at the least total cost.

#ifndef VIDEOPOSE_TRACK_ASSIGNMENT_H_
#define VIDEOPOSE_TRACK_ASSIGNMENT_H_

#include <span>
#include <vector>

namespace videopose::internal {

// costs: (rows, columns), row-major. Each row and column has at most one partner. Minimises the sum
// of the pairs' costs plus `cost_of_none` for every row without a partner, so no pair costs more
// than that. Returns each row's column, or -1. Takes O((rows + columns)^3).
//
// The Hungarian method in the form with potentials and shortest augmenting paths (Jonker and
// Volgenant, Computing 38, 1987).
std::vector<int> AssignAtLeastCost(std::span<const double> costs, int rows, int columns,
                                   double cost_of_none);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRACK_ASSIGNMENT_H_

// SPDX-License-Identifier: Apache-2.0

// Who belongs to whom: the pairing of rows and columns that costs least together.

#ifndef VIDEOPOSE_TRACK_ASSIGNMENT_H_
#define VIDEOPOSE_TRACK_ASSIGNMENT_H_

#include <span>
#include <vector>

namespace videopose {

// costs: (rows, columns), row-major; at most one partner each. Minimises the sum of the pairs'
// costs plus `cost_of_none` for every row without a partner, so no pair costs more than that. Gives
// each row's column, or -1. Takes the third power of rows + columns.
//
// The Hungarian method in the form with potentials and shortest augmenting paths (Jonker and
// Volgenant, Computing 38, 1987).
std::vector<int> AssignAtLeastCost(std::span<const double> costs, int rows, int columns,
                                   double cost_of_none);

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_ASSIGNMENT_H_

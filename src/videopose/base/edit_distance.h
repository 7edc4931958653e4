// SPDX-License-Identifier: Apache-2.0

// How many letters must be changed, added, removed or swapped with their neighbour to turn one word
// into another (optimal string alignment); for "did you mean".

#ifndef VIDEOPOSE_BASE_EDIT_DISTANCE_H_
#define VIDEOPOSE_BASE_EDIT_DISTANCE_H_

#include <string>
#include <string_view>
#include <vector>

namespace videopose::internal {

int EditDistance(std::string_view a, std::string_view b);

// The candidate with the smallest distance to `word`; empty where none is close enough.
std::string NearestWord(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_EDIT_DISTANCE_H_

// SPDX-License-Identifier: Apache-2.0

// Medians and quantiles, and the weights of a Gaussian.
//
// Nothing here averages two values: every result is one of the values given. NaN among them is not
// allowed.

#ifndef VIDEOPOSE_BASE_STATISTICS_H_
#define VIDEOPOSE_BASE_STATISTICS_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <vector>

#include "videopose/base/check.h"

namespace videopose::internal {

// The value that would stand at this place if they were sorted, the least at 0.
template <typename T>
T ValueAtRank(std::vector<T> values, int64_t rank) {
  VP_CHECK(rank >= 0 && rank < std::ssize(values), "rank {} of {} values", rank, values.size());
  const auto at = values.begin() + rank;
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// The middle one; of an even number the larger of the two in the middle; 0 of none.
template <typename T>
T Median(std::vector<T> values) {
  if (values.empty()) return T{};
  const int64_t middle = std::ssize(values) / 2;
  return ValueAtRank(std::move(values), middle);
}

// The value at the rank nearest to `share` (0 to 1) of the way from the least to the greatest; 0 of
// none.
template <typename T>
T Quantile(std::vector<T> values, double share) {
  if (values.empty()) return T{};
  const int64_t rank = std::llround(share * static_cast<double>(values.size() - 1));
  return ValueAtRank(std::move(values), rank);
}

// exp(-d^2 / (2 sigma^2)) at the distances d = 0, 1, 2, ... up to three sigma. Of sigma 0: 1 alone.
std::vector<double> GaussianWeights(double sigma);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_STATISTICS_H_

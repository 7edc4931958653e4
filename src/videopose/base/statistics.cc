// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/statistics.h"

namespace videopose::internal {

std::vector<double> GaussianWeights(double sigma) {
  constexpr double kMostDistance = 1e6;
  const auto reach = static_cast<int64_t>(std::ceil(std::min(3 * sigma, kMostDistance)));
  std::vector<double> weights = {1};
  for (int64_t distance = 1; distance <= reach; ++distance) {
    const double x = static_cast<double>(distance) / sigma;
    weights.push_back(std::exp(-x * x / 2));
  }
  return weights;
}

}  // namespace videopose::internal

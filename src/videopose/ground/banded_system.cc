// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/banded_system.h"

#include <algorithm>
#include <cmath>

#include "videopose/base/check.h"

namespace videopose::internal {

BandedSystem::BandedSystem(int64_t size, int half_width)
    : size_(size),
      half_width_(half_width),
      band_(static_cast<size_t>(size * (half_width + 1))),
      right_(static_cast<size_t>(size)) {}

// L_ij = (A_ij - sum_k<j L_ik L_jk) / L_jj, then L y = b, then L^T x = y.
std::vector<double> BandedSystem::Solve() {
  for (int64_t i = 0; i < size_; ++i) {
    const int64_t first = std::max<int64_t>(0, i - half_width_);
    for (int64_t j = first; j <= i; ++j) {
      double sum = At(i, j);
      for (int64_t k = std::max(first, j - half_width_); k < j; ++k) sum -= At(i, k) * At(j, k);
      if (j == i) {
        VP_CHECK(sum > 0, "row {} of {} is not positive definite", i, size_);
        At(i, i) = std::sqrt(sum);
      } else {
        At(i, j) = sum / At(j, j);
      }
    }
  }
  std::vector<double> x = right_;
  const auto at = [&](int64_t i) -> double& { return x[i]; };
  for (int64_t i = 0; i < size_; ++i) {
    for (int64_t k = std::max<int64_t>(0, i - half_width_); k < i; ++k) at(i) -= At(i, k) * at(k);
    at(i) /= At(i, i);
  }
  for (int64_t i = size_ - 1; i >= 0; --i) {
    for (int64_t k = i + 1; k <= std::min(size_ - 1, i + half_width_); ++k)
      at(i) -= At(k, i) * at(k);
    at(i) /= At(i, i);
  }
  return x;
}

}  // namespace videopose::internal

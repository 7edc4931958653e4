// SPDX-License-Identifier: Apache-2.0

#include "videopose/live/delay_statistics.h"

#include <algorithm>

namespace videopose::internal {
namespace {

constexpr double kStep_ms = 0.5;

}  // namespace

void DelayStatistics::Add(double delay_ms) {
  const auto step = static_cast<int64_t>(std::max(0.0, delay_ms) / kStep_ms);
  ++counts_[static_cast<size_t>(std::min<int64_t>(step, std::ssize(counts_) - 1))];
  ++count_;
  worst_ms_ = std::max(worst_ms_, delay_ms);
}

double DelayStatistics::Percentile_ms(double share) const {
  if (count_ == 0) return 0;
  int64_t seen = 0;
  for (size_t step = 0; step + 1 < counts_.size(); ++step) {
    seen += counts_[step];
    if (static_cast<double>(seen) >= share * static_cast<double>(count_)) {
      return std::min(worst_ms_, kStep_ms * static_cast<double>(step + 1));
    }
  }
  return worst_ms_;
}

}  // namespace videopose::internal

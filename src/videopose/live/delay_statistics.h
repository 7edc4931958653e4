// SPDX-License-Identifier: Apache-2.0

// A histogram of delays: in steps of 0.5 ms, up to 2 s, in constant memory.

#ifndef VIDEOPOSE_LIVE_DELAY_STATISTICS_H_
#define VIDEOPOSE_LIVE_DELAY_STATISTICS_H_

#include <array>
#include <cstdint>

namespace videopose::internal {

class DelayStatistics {
 public:
  void Add(double delay_ms);

  int64_t count() const { return count_; }
  double worst_ms() const { return worst_ms_; }
  // The delay that this share (0 ... 1) of all does not exceed, 0 if there is none.
  double Percentile_ms(double share) const;

 private:
  std::array<int64_t, 4000> counts_{};
  int64_t count_ = 0;
  double worst_ms_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIVE_DELAY_STATISTICS_H_

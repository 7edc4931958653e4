// SPDX-License-Identifier: Apache-2.0

// The positions of a chart's grid lines.

#ifndef VIDEOPOSE_RENDER_AXIS_TICKS_H_
#define VIDEOPOSE_RENDER_AXIS_TICKS_H_

#include <string>
#include <vector>

namespace videopose::internal {

// Multiples of 1, 2 or 5 times a power of ten, the first at or below `low`, the last at or above
// `high`.
struct AxisTicks {
  std::vector<double> values;  // at least two, rising
  int decimals = 0;            // that tell them apart

  double low() const { return values.front(); }
  double high() const { return values.back(); }
  std::string Label(size_t tick) const;
};

// For values from `low` to `high`, finite, low <= high; about `count` of them, none closer than
// `least_step`.
AxisTicks NiceTicks(double low, double high, int count, double least_step = 0);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_AXIS_TICKS_H_

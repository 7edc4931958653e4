// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/axis_ticks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "videopose/base/check.h"

namespace videopose::internal {

std::string AxisTicks::Label(size_t tick) const {
  return fmt::format("{:.{}f}", values.at(tick), decimals);
}

AxisTicks NiceTicks(double low, double high, int count, double least_step) {
  VP_CHECK(std::isfinite(low) && std::isfinite(high) && low <= high && count >= 1,
           "{} to {}, {} ticks", low, high, count);
  // Values that differ by less than a double tells apart count as one.
  const double span = std::max(high - low, std::max(std::abs(low), std::abs(high)) * 1e-9);
  const double wanted = span > 0 ? span / count : 1;
  const double power = std::pow(10, std::floor(std::log10(wanted)));
  double step = 10 * power;
  for (const double factor : {5, 2, 1}) {
    if (factor * power >= wanted) step = factor * power;
  }
  step = std::max(step, least_step);

  AxisTicks ticks;
  ticks.decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  const double first = std::floor(low / step + 1e-9);
  const double last = std::max(first + 1, std::ceil(high / step - 1e-9));
  for (double i = first; i <= last; ++i) ticks.values.push_back(i * step);
  return ticks;
}

}  // namespace videopose::internal

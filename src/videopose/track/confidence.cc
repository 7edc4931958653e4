// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/confidence.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "videopose/base/statistics.h"

namespace videopose::internal {

std::vector<bool> ConfirmedFrames(const std::vector<float>& presence, double fps) {
  const auto count = static_cast<int64_t>(presence.size());
  const int64_t reach = std::llround(fps);
  std::vector<bool> confirmed(presence.size());
  for (int64_t t = 0; t < count; ++t) {
    if (presence[static_cast<size_t>(t)] <= 0) continue;
    std::vector<float> nearby;
    for (int64_t s = std::max<int64_t>(0, t - reach); s <= std::min(count - 1, t + reach); ++s) {
      if (presence[static_cast<size_t>(s)] > 0) nearby.push_back(presence[static_cast<size_t>(s)]);
    }
    // The value that at least kConfirmedShare of them reach.
    const auto place = (1 - kConfirmedShare) * static_cast<double>(nearby.size());
    const float presence_of_most = ValueAtRank(std::move(nearby), static_cast<int64_t>(place));
    confirmed[static_cast<size_t>(t)] = IsConfident(presence_of_most);
  }
  for (auto begin = presence.begin(); begin != presence.end();) {
    const auto end = std::find(begin, presence.end(), 0.0F);
    const bool has_confident = std::any_of(begin, end, IsConfident);
    if (!has_confident) {
      std::fill(confirmed.begin() + (begin - presence.begin()),
                confirmed.begin() + (end - presence.begin()), false);
    }
    begin = end == presence.end() ? end : end + 1;
  }
  return confirmed;
}

}  // namespace videopose::internal

#include "videopose/track/doubt.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace videopose {

std::vector<bool> BelievedFrames(const std::vector<float>& presence, double fps) {
  const auto count = static_cast<int64_t>(presence.size());
  const int64_t reach = std::llround(fps);
  std::vector<bool> believed(presence.size());
  std::vector<float> nearby;
  for (int64_t t = 0; t < count; ++t) {
    if (presence[static_cast<size_t>(t)] <= 0) continue;
    nearby.clear();
    for (int64_t s = std::max<int64_t>(0, t - reach); s <= std::min(count - 1, t + reach); ++s) {
      if (presence[static_cast<size_t>(s)] > 0) nearby.push_back(presence[static_cast<size_t>(s)]);
    }
    const auto quartile = nearby.begin() + static_cast<int64_t>(nearby.size() / 4);
    std::nth_element(nearby.begin(), quartile, nearby.end());
    believed[static_cast<size_t>(t)] = static_cast<double>(*quartile) >= kBelievedPresence;
  }
  for (auto begin = presence.begin(); begin != presence.end();) {
    const auto end = std::find(begin, presence.end(), 0.0F);
    const bool is_sure = std::any_of(
        begin, end, [](float p) { return static_cast<double>(p) >= kBelievedPresence; });
    if (!is_sure) {
      std::fill(believed.begin() + (begin - presence.begin()),
                believed.begin() + (end - presence.begin()), false);
    }
    begin = end == presence.end() ? end : end + 1;
  }
  return believed;
}

}  // namespace videopose

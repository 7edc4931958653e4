#include "videopose/render/over_time.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "videopose/base/statistics.h"

namespace videopose {

std::vector<float> SmoothOverTime(std::span<const float> values, double sigma_frames) {
  const std::vector<double> weights = GaussianWeights(sigma_frames);
  const int64_t reach = std::ssize(weights) - 1, count = std::ssize(values);
  const auto value_at = [&](int64_t t) -> double {
    const int64_t end = t < 0 ? 0 : count - 1;
    const auto at = [&](int64_t k) { return values[std::clamp<int64_t>(k, 0, count - 1)]; };
    return t == std::clamp<int64_t>(t, 0, count - 1) ? at(t) : 2.0 * at(end) - at(2 * end - t);
  };
  std::vector<float> smooth(values.size());
  for (int64_t t = 0; t < count; ++t) {
    double sum = 0, weight_sum = 0;
    for (int64_t k = -reach; k <= reach; ++k) {
      const double weight = weights[std::abs(k)];
      sum += weight * value_at(t + k);
      weight_sum += weight;
    }
    smooth[t] = static_cast<float>(sum / weight_sum);
  }
  return smooth;
}

void FillGaps(std::vector<float>& values) {
  std::optional<size_t> last;
  for (size_t t = 0; t < values.size(); ++t) {
    if (!std::isfinite(values[t])) continue;
    const size_t begin = last ? *last + 1 : 0;
    for (size_t gap = begin; gap < t; ++gap) {
      const float share =
          last ? static_cast<float>(gap - *last) / static_cast<float>(t - *last) : 1;
      values[gap] = last ? values[*last] + share * (values[t] - values[*last]) : values[t];
    }
    last = t;
  }
  for (size_t t = last ? *last + 1 : 0; t < values.size(); ++t) {
    values[t] = last ? values[*last] : 0;
  }
}

}  // namespace videopose

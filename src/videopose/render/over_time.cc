#include "videopose/render/over_time.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

namespace videopose {

std::vector<float> SmoothOverTime(std::span<const float> values, double sigma_frames) {
  const auto reach = static_cast<int64_t>(std::ceil(3 * sigma_frames));
  std::vector<double> weights;
  for (int64_t k = -reach; k <= reach; ++k) {
    const double distance = static_cast<double>(k) / std::max(sigma_frames, 1e-6);
    weights.push_back(std::exp(-0.5 * distance * distance));
  }
  const auto count = static_cast<int64_t>(values.size());
  const auto value_at = [&](int64_t t) -> double {
    const int64_t end = t < 0 ? 0 : count - 1;
    const auto at = [&](int64_t k) {
      return values[static_cast<size_t>(std::clamp<int64_t>(k, 0, count - 1))];
    };
    return t == std::clamp<int64_t>(t, 0, count - 1) ? at(t) : 2.0 * at(end) - at(2 * end - t);
  };
  std::vector<float> smooth(values.size());
  for (int64_t t = 0; t < count; ++t) {
    double sum = 0, weight_sum = 0;
    for (int64_t k = -reach; k <= reach; ++k) {
      const double weight = weights[static_cast<size_t>(k + reach)];
      sum += weight * value_at(t + k);
      weight_sum += weight;
    }
    smooth[static_cast<size_t>(t)] = static_cast<float>(sum / weight_sum);
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

float Median(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace videopose

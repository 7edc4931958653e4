// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/one_euro.h"

#include <cmath>
#include <numbers>

#include "videopose/base/check.h"

namespace videopose::internal {

void OneEuroFilter::Apply(std::span<float> values, double time_s, float value_scale) {
  if (states_.empty()) {
    for (const float value : values) states_.push_back({value, value, 0});
    time_s_ = time_s;
    return;
  }
  VP_CHECK(states_.size() == values.size(), "{} values after {}", values.size(), states_.size());
  if (time_s <= time_s_) return;
  const auto rate_hz = static_cast<float>(1 / (time_s - time_s_));
  time_s_ = time_s;
  const auto weight = [rate_hz](float cutoff_hz) {
    return 1 / (1 + rate_hz / (2 * std::numbers::pi_v<float> * cutoff_hz));
  };
  const float speed_weight = weight(options_.derivative_cutoff_hz);
  for (size_t i = 0; i < values.size(); ++i) {
    State& state = states_[i];
    const float raw = values[i];
    if (std::isnan(raw)) continue;
    if (std::isnan(state.raw)) state = {raw, raw, 0};
    const float speed = (raw - state.raw) * value_scale * rate_hz;
    state.speed += speed_weight * (speed - state.speed);
    const float a = weight(options_.min_cutoff_hz + options_.beta * std::abs(state.speed));
    state.filtered += a * (raw - state.filtered);
    state.raw = raw;
    values[i] = state.filtered;
  }
}

}  // namespace videopose::internal

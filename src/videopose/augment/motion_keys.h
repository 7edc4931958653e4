// SPDX-License-Identifier: Apache-2.0

#ifndef VIDEOPOSE_AUGMENT_MOTION_KEYS_H_
#define VIDEOPOSE_AUGMENT_MOTION_KEYS_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "videopose/augment/augmentation_options.h"
#include "videopose/base/fast_random.h"

namespace videopose::internal {

// Values that go from one random key to the next at varying speed.
template <size_t N>
class Keys {
 public:
  using Values = std::array<double, N>;
  // draw(): the next key.
  template <typename Draw>
  Keys(double duration_s, const KeyOptions& options, FastRandom& random, const Draw& draw) {
    const double pace_s = random.LogUniform(options.pace_s);
    double time_s = -pace_s;
    while (time_s < duration_s + pace_s) {
      keys_.push_back({time_s, draw()});
      time_s += pace_s * random.Uniform(options.paces);
      if (random.Chance(options.hold)) {
        keys_.push_back({time_s, keys_.back().values});
        time_s += pace_s * random.Uniform(options.hold_paces);
      }
    }
    keys_.push_back({time_s, draw()});
  }
  Values At(double time_s) const {
    size_t next = 1;
    while (next + 1 < keys_.size() && keys_[next].time_s < time_s) ++next;
    const Key &a = keys_[next - 1], &b = keys_[next];
    const double part =
        std::clamp((time_s - a.time_s) / std::max(1e-6, b.time_s - a.time_s), 0.0, 1.0);
    const double eased = 0.5 - 0.5 * std::cos(std::numbers::pi * part);
    Values values;
    for (size_t i = 0; i < N; ++i) values[i] = a.values[i] + eased * (b.values[i] - a.values[i]);
    return values;
  }

 private:
  struct Key {
    double time_s;
    Values values;
  };
  std::vector<Key> keys_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_MOTION_KEYS_H_

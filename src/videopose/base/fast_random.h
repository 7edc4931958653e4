// SPDX-License-Identifier: Apache-2.0

// Fast random numbers where no reference implementation prescribes them: noise and synthesis.

#ifndef VIDEOPOSE_BASE_FAST_RANDOM_H_
#define VIDEOPOSE_BASE_FAST_RANDOM_H_

#include <cmath>
#include <cstdint>
#include <numbers>

#include "videopose/base/range.h"

namespace videopose::internal {

// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014): any seed is good, also 0, 1, 2, ...
class FastRandom {
 public:
  explicit FastRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  // In [0, 1).
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }
  double Uniform(const Range& range) { return Uniform(range.least, range.most); }
  // Equally likely per octave.
  double LogUniform(double low, double high) {
    return low * std::exp(Uniform() * std::log(high / low));
  }
  double LogUniform(const Range& range) { return LogUniform(range.least, range.most); }
  bool Chance(double probability) { return Uniform() < probability; }
  // 0 ... count - 1.
  int64_t Below(int64_t count) {
    return static_cast<int64_t>(Uniform() * static_cast<double>(count));
  }
  // Box & Muller, 1958.
  double Gauss() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2 * std::log(1 - Uniform()));
    const double angle_rad = 2 * std::numbers::pi * Uniform();
    spare_ = radius * std::sin(angle_rad);
    has_spare_ = true;
    return radius * std::cos(angle_rad);
  }
  double Gauss(double mean, double deviation) { return mean + deviation * Gauss(); }

 private:
  uint64_t state_;
  double spare_ = 0;
  bool has_spare_ = false;
};

// A seed for part `part` of what `seed` makes: different parts are independent.
inline uint64_t SeedOf(uint64_t seed, uint64_t part) {
  return FastRandom(seed ^ (part + 1) * 0xD1342543DE82EF95U).Next();
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_FAST_RANDOM_H_

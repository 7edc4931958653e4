// SPDX-License-Identifier: Apache-2.0

// The two 16-bit floating point formats of checkpoints.

#ifndef VIDEOPOSE_ARRAYS_HALF_H_
#define VIDEOPOSE_ARRAYS_HALF_H_

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace videopose::internal {

// IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. Exact.
inline float FloatFromHalf(uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1F;
  const int fraction = bits & 0x3FF;
  float magnitude = std::numeric_limits<float>::infinity();
  if (exponent == 0x1F && fraction != 0) {
    magnitude = std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(fraction), -24);
  } else if (exponent != 0x1F) {
    magnitude = std::ldexp(static_cast<float>(fraction | 0x400), exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

// bfloat16 is the upper half of a float. Exact.
// The nearest, ties to even; infinite beyond 65504 (IEEE 754-2019, section 4.3.1).
inline uint16_t HalfFromFloat(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint16_t sign = (bits >> 16) & 0x8000;
  const float magnitude = std::abs(value);
  if (std::isnan(value)) return static_cast<uint16_t>(sign | 0x7E00);
  if (magnitude >= 65520) return static_cast<uint16_t>(sign | 0x7C00);
  // Below 2^-14 steps are 2^-24; above, 11 significant bits. nearbyint rounds ties to even.
  const int exponent = magnitude < std::ldexp(1.0F, -14) ? -14 : std::ilogb(magnitude);
  const uint32_t steps = std::nearbyint(std::ldexp(magnitude, 10 - exponent));
  // A full step count carries into the exponent by itself.
  const uint32_t biased =
      steps < 0x400 ? steps : steps + (static_cast<uint32_t>(exponent + 14) << 10);
  return static_cast<uint16_t>(sign | biased);
}

inline float FloatFromBFloat16(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_HALF_H_

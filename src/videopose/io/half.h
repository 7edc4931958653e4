// The two 16-bit floating point formats of checkpoints.

#ifndef VIDEOPOSE_IO_HALF_H_
#define VIDEOPOSE_IO_HALF_H_

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace videopose {

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
inline float FloatFromBFloat16(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

}  // namespace videopose

#endif  // VIDEOPOSE_IO_HALF_H_

// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/random.h"

#include <numeric>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"

namespace videopose::internal {

RandomState::RandomState(uint32_t seed) {
  for (uint32_t i = 0; i < kWords; ++i) {
    state_.key[i] = seed;
    seed = 1812433253U * (seed ^ (seed >> 30U)) + i + 1;
  }
}

RandomState::RandomState(const State& state) : state_(state) {
  if (state.pos < 0 || state.pos > kWords) {
    Fail(ErrorCode::kWrongFormat, "random state: position {} is not within its {} words", state.pos,
         kWords);
  }
}

// x[k + n] = x[k + m] ^ ((upper bit of x[k] | lower bits of x[k + 1]) * A)
void RandomState::Refill() {
  constexpr size_t kSize = kWords, kMiddle = 397;
  auto& x = state_.key;
  for (size_t k = 0; k < kSize; ++k) {
    const uint32_t y = (x[k] & 0x80000000U) | (x[(k + 1) % kSize] & 0x7fffffffU);
    x[k] = x[(k + kMiddle) % kSize] ^ (y >> 1U) ^ ((y & 1U) != 0 ? 0x9908b0dfU : 0U);
  }
  state_.pos = 0;
}

uint32_t RandomState::NextUint32() {
  if (state_.pos == kWords) Refill();
  uint32_t y = state_.key[static_cast<size_t>(state_.pos++)];
  y ^= y >> 11U;
  y ^= (y << 7U) & 0x9d2c5680U;
  y ^= (y << 15U) & 0xefc60000U;
  return y ^ (y >> 18U);
}

double RandomState::NextDouble() {
  const double high = NextUint32() >> 5U, low = NextUint32() >> 6U;
  return (high * 0x1p26 + low) * 0x1p-53;
}

uint32_t RandomState::NextInterval(uint32_t max) {
  if (max == 0) return 0;
  uint32_t mask = max;
  for (const uint32_t shift : {1U, 2U, 4U, 8U, 16U}) mask |= mask >> shift;
  uint32_t value = NextUint32() & mask;
  while (value > max) value = NextUint32() & mask;
  return value;
}

std::vector<int64_t> RandomState::Permutation(int64_t count) {
  VP_CHECK(count >= 0 && count <= int64_t{1} << 32, "a permutation of {}", count);
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), int64_t{0});
  for (size_t i = order.size(); i-- > 1;) {
    std::swap(order[i], order[NextInterval(static_cast<uint32_t>(i))]);
  }
  return order;
}

}  // namespace videopose::internal

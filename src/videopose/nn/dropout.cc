// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/dropout.h"

#include <cmath>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

// SplitMix64: Steele, Lea & Flood, "Fast splittable pseudorandom number generators", 2014.
uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

}  // namespace

Dropout::Dropout(float rate, uint64_t key)
    : threshold_(static_cast<int32_t>(std::lround(rate * 0x1p31))),
      scale_(1 / (1 - rate)),
      key_low_(static_cast<uint32_t>(key)),
      key_high_(static_cast<uint32_t>(key >> 32U)) {
  VP_CHECK(rate >= 0 && rate < 1, "dropout of {}", rate);
}

uint64_t DropoutKey(uint64_t seed, uint64_t step, uint64_t layer) {
  return Mix(Mix(Mix(seed) + step) + layer);
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// Dropout whose mask is a function of (seed, step, layer, element): nothing is stored, the backward
// pass recomputes it, and a run resumed at a step continues exactly as without the interruption.

#ifndef VIDEOPOSE_NN_DROPOUT_H_
#define VIDEOPOSE_NN_DROPOUT_H_

#include <cstdint>

namespace videopose::internal {

class Dropout {
 public:
  Dropout() = default;  // keeps everything
  // Each element is dropped with probability `rate`, 0 <= rate < 1, and the others divided by
  // 1 - rate. The key says which random numbers: different for each layer and step.
  Dropout(float rate, uint64_t key);

  bool active() const { return threshold_ > 0; }
  float scale() const { return scale_; }
  bool Keeps(uint32_t element) const {
    // The finaliser of MurmurHash3 (A. Appleby, public domain), with half of the key mixed in
    // between, so that two keys are not two windows of one sequence.
    uint32_t h = element ^ key_low_;
    h = (h ^ (h >> 16U)) * 0x85ebca6bU;
    h = (h ^ (h >> 13U) ^ key_high_) * 0xc2b2ae35U;
    return static_cast<int32_t>((h ^ (h >> 16U)) >> 1U) >= threshold_;
  }

 private:
  int32_t threshold_ = 0;  // of 2^31; signed, because SSE2 compares no others
  float scale_ = 1;
  uint32_t key_low_ = 0, key_high_ = 0;
};

// A key for Dropout.
uint64_t DropoutKey(uint64_t seed, uint64_t step, uint64_t layer);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_DROPOUT_H_

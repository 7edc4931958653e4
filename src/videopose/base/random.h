// SPDX-License-Identifier: Apache-2.0

// NumPy's RandomState, value for value: shuffles and checkpoints of the reference implementation
// depend on it.
//
// Matsumoto & Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998, seeded as the authors'
// init_genrand does; bounded integers by masking and rejection, as NumPy's documentation of the
// legacy generator promises to keep doing.

#ifndef VIDEOPOSE_BASE_RANDOM_H_
#define VIDEOPOSE_BASE_RANDOM_H_

#include <array>
#include <cstdint>
#include <vector>

namespace videopose::internal {

class RandomState {
 public:
  static constexpr int kWords = 624;

  // What RandomState.get_state() returns.
  struct State {
    std::array<uint32_t, kWords> key{};
    int pos = kWords;  // the next word of key to hand out, 0 ... 624
    bool has_gauss = false;
    double cached_gaussian = 0;
    bool operator==(const State&) const = default;
  };

  explicit RandomState(uint32_t seed);
  // Throws Error if pos is out of range.
  explicit RandomState(const State& state);

  const State& state() const { return state_; }

  uint32_t NextUint32();

  // Uniform in [0, 1) with 53 bits: random_sample().
  double NextDouble();

  // Uniform in [0, max], max included.
  uint32_t NextInterval(uint32_t max);

  // 0 ... count - 1 in random order; count <= 2^32. The rows of an (n, k) array are permuted in the
  // same way.
  std::vector<int64_t> Permutation(int64_t count);

 private:
  void Refill();

  State state_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_RANDOM_H_

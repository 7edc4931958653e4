// SPDX-License-Identifier: Apache-2.0

// The One-Euro filter: smooths much where a value rests and little where it moves.
//
//   d = (v - previous v) * value_scale * rate            speed, from unfiltered values
//   e = lowpass(d, a(derivative_cutoff))
//   out = lowpass(v, a(min_cutoff + beta |e|))
//   a(c) = 1 / (1 + rate / (2 pi c)),  lowpass(v, a) = a v + (1 - a) previous out
//
// Casiez, Roussel, Vogel: 1 Euro Filter, CHI 2012; value_scale is MediaPipe's addition, which makes
// speeds independent of the person's size in the image.

#ifndef VIDEOPOSE_DETECT_ONE_EURO_H_
#define VIDEOPOSE_DETECT_ONE_EURO_H_

#include <span>
#include <vector>

namespace videopose::internal {

struct OneEuroOptions {
  float min_cutoff_hz = 1;
  float beta = 0;
  float derivative_cutoff_hz = 1;
};

// Filters a number of independent values that are measured together.
class OneEuroFilter {
 public:
  explicit OneEuroFilter(const OneEuroOptions& options) : options_(options) {}

  // Replaces the values by filtered ones. The first call after a Reset leaves them as they are, as
  // does one whose time is not after the one before. All calls must give the same number. What is
  // not a number was not measured: it stays so, and nothing is learned from it.
  void Apply(std::span<float> values, double time_s, float value_scale);

  void Reset() { states_.clear(); }

 private:
  struct State {
    float raw, filtered, speed;
  };
  OneEuroOptions options_;
  std::vector<State> states_;
  double time_s_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_ONE_EURO_H_

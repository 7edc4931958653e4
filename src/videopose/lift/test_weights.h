// SPDX-License-Identifier: Apache-2.0

// Networks with random weights, for tests.

#ifndef VIDEOPOSE_LIFT_TEST_WEIGHTS_H_
#define VIDEOPOSE_LIFT_TEST_WEIGHTS_H_

#include <cmath>
#include <random>
#include <vector>

#include "videopose/lift/temporal_model.h"

namespace videopose::internal {

class RandomValues {
 public:
  explicit RandomValues(unsigned seed) : engine_(seed) {}
  int Int(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }
  std::vector<float> Floats(int64_t count, float low, float high) {
    std::uniform_real_distribution<float> uniform(low, high);
    std::vector<float> values(static_cast<size_t>(count));
    for (float& v : values) v = uniform(engine_);
    return values;
  }
  ConvolutionWeights Convolution(int64_t out, int64_t in, int64_t taps) {
    const float scale = 1.5F / std::sqrt(static_cast<float>(in * taps));
    return {.weight = Tensor({out, in, taps}, Floats(out * in * taps, -scale, scale)),
            .norm = {.weight = Floats(out, 0.5F, 1.5F),
                     .bias = Floats(out, -0.5F, 0.5F),
                     .running_mean = Floats(out, -0.2F, 0.2F),
                     .running_var = Floats(out, 0.5F, 2.0F)}};
  }

 private:
  std::mt19937 engine_;
};

// Of a receptive field of 45 frames.
inline TemporalArchitecture SmallArchitecture() {
  return {.widths = {5, 3, 3}, .channels = 8, .input_channels = 4, .output_channels = 6};
}

inline TemporalWeights RandomWeights(RandomValues& random,
                                     const TemporalArchitecture& architecture) {
  TemporalWeights weights{.architecture = architecture};
  const int64_t c = architecture.channels, out = architecture.output_channels;
  weights.convolutions.push_back(
      random.Convolution(c, architecture.input_channels, architecture.kernel(0)));
  for (size_t i = 1; i < architecture.widths.size(); ++i) {
    weights.convolutions.push_back(random.Convolution(c, c, architecture.kernel(i)));
    weights.convolutions.push_back(random.Convolution(c, c, 1));
  }
  const float scale = 1 / std::sqrt(static_cast<float>(c));
  weights.shrink_weight = Tensor({out, c, 1}, random.Floats(out * c, -scale, scale));
  weights.shrink_bias = random.Floats(out, -0.5F, 0.5F);
  return weights;
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_TEST_WEIGHTS_H_

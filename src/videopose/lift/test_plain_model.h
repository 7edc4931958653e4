// SPDX-License-Identifier: Apache-2.0

// For tests: the temporal model as plainly as it can be written.

#ifndef VIDEOPOSE_LIFT_TEST_PLAIN_MODEL_H_
#define VIDEOPOSE_LIFT_TEST_PLAIN_MODEL_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "videopose/lift/temporal_model.h"

namespace videopose::internal {

// The reference implementation: VideoPose3D's temporal model (Pavllo et al., CVPR 2019) by its
// formulas, in double, one sum after another.
using Signal = std::vector<std::vector<double>>;  // (T, C)

inline Signal Convolve(const Signal& x, const Tensor& weight, int64_t dilation) {
  const int64_t out = weight.dim(0), in = weight.dim(1), taps = weight.dim(2);
  Signal y;
  for (int64_t t = 0; t + (taps - 1) * dilation < static_cast<int64_t>(x.size()); ++t) {
    std::vector<double> row(static_cast<size_t>(out));
    for (int64_t o = 0; o < out; ++o) {
      for (int64_t i = 0; i < in; ++i) {
        for (int64_t k = 0; k < taps; ++k) {
          row[static_cast<size_t>(o)] +=
              x[static_cast<size_t>(t + k * dilation)][static_cast<size_t>(i)] *
              weight.values[static_cast<size_t>((o * in + i) * taps + k)];
        }
      }
    }
    y.push_back(row);
  }
  return y;
}

inline Signal NormRelu(Signal x, const BatchNormWeights& norm) {
  for (std::vector<double>& row : x) {
    for (size_t c = 0; c < row.size(); ++c) {
      const double centred =
          (row[c] - norm.running_mean[c]) / std::sqrt(norm.running_var[c] + 1e-5);
      row[c] = std::max(0.0, norm.weight[c] * centred + norm.bias[c]);
    }
  }
  return x;
}

inline Signal PlainForward(const TemporalWeights& weights, Signal x) {
  const TemporalArchitecture& a = weights.architecture;
  x = NormRelu(Convolve(x, weights.convolutions[0].weight, 1), weights.convolutions[0].norm);
  int dilation = a.widths[0];
  for (size_t i = 1; i < a.widths.size(); ++i) {
    const int pad = (a.widths[i] - 1) * dilation / 2;
    const int shift = a.causal ? a.widths[i] / 2 * dilation : 0;
    const ConvolutionWeights &first = weights.convolutions[2 * i - 1],
                             &second = weights.convolutions[2 * i];
    Signal y = NormRelu(Convolve(x, first.weight, a.dense ? 1 : dilation), first.norm);
    y = NormRelu(Convolve(y, second.weight, 1), second.norm);
    for (size_t t = 0; t < y.size(); ++t) {
      for (size_t c = 0; c < y[t].size(); ++c) {
        y[t][c] += x[t + static_cast<size_t>(pad + shift)][c];
      }
    }
    x = y;
    dilation *= a.widths[i];
  }
  Signal y = Convolve(x, weights.shrink_weight, 1);
  for (std::vector<double>& row : y) {
    for (size_t c = 0; c < row.size(); ++c) row[c] += weights.shrink_bias[c];
  }
  return y;
}

inline Signal ToSignal(const std::vector<float>& values, int64_t cols) {
  Signal signal;
  for (auto it = values.begin(); it != values.end(); it += cols) {
    signal.emplace_back(it, it + cols);
  }
  return signal;
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_TEST_PLAIN_MODEL_H_

// SPDX-License-Identifier: Apache-2.0

// A convolution with its batch norm folded in: what every way of running the network begins with.

#ifndef VIDEOPOSE_LIFT_FOLDED_CONVOLUTION_H_
#define VIDEOPOSE_LIFT_FOLDED_CONVOLUTION_H_

#include <vector>

#include "videopose/base.h"

namespace videopose::internal {

// As PyTorch has them, batch norm with its running statistics.
struct BatchNormWeights {
  std::vector<float> weight, bias, running_mean, running_var;  // C each
};

struct ConvolutionWeights {
  Tensor weight;  // (C_out, C_in, taps)
  BatchNormWeights norm;
};

// y = x * w + bias, one w for each tap.
struct FoldedConvolution {
  std::vector<std::vector<float>> taps;  // each (C_in, C_out) row-major
  std::vector<float> bias;               // C_out
};

FoldedConvolution Fold(const ConvolutionWeights& convolution);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_FOLDED_CONVOLUTION_H_

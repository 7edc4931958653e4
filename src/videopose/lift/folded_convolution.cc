// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/folded_convolution.h"

#include <cmath>

#include "videopose/nn/device.h"

namespace videopose::internal {

// gamma * (w * x - mean) / sqrt(var + eps) + beta = (w * s) * x + (beta - mean * s)
// with s = gamma / sqrt(var + eps)
FoldedConvolution Fold(const ConvolutionWeights& convolution) {
  const Tensor& weight = convolution.weight;
  const BatchNormWeights& norm = convolution.norm;
  const int64_t out_channels = weight.dim(0), in_channels = weight.dim(1), taps = weight.dim(2);
  FoldedConvolution folded;
  folded.taps.assign(static_cast<size_t>(taps),
                     std::vector<float>(static_cast<size_t>(in_channels * out_channels)));
  folded.bias.resize(static_cast<size_t>(out_channels));
  for (int64_t o = 0; o < out_channels; ++o) {
    const auto at = static_cast<size_t>(o);
    const double scale =
        norm.weight.at(at) / std::sqrt(norm.running_var.at(at) + kBatchNormEpsilon);
    folded.bias[at] = static_cast<float>(norm.bias.at(at) - norm.running_mean.at(at) * scale);
    for (int64_t i = 0; i < in_channels; ++i) {
      const float* source = weight.data() + (o * in_channels + i) * taps;
      for (int64_t k = 0; k < taps; ++k) {
        folded.taps[static_cast<size_t>(k)][static_cast<size_t>(i * out_channels + o)] =
            static_cast<float>(source[k] * scale);
      }
    }
  }
  return folded;
}

}  // namespace videopose::internal

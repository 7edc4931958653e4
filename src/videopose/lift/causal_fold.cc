// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/causal_fold.h"

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

// The taps of each pair of channels lie side by side, the earliest frame's first.
void FoldFuture(Tensor& weight) {
  const int64_t taps = weight.dim(2), past = (taps - 1) / 2;
  for (float* w = weight.data(); w < weight.data() + weight.size(); w += taps) {
    for (int64_t k = past + 1; k < taps; ++k) w[past] += w[k];
    for (int64_t k = past; k >= 0; --k) w[k + past] = w[k];
    for (int64_t k = 0; k < past; ++k) w[k] = 0;
  }
}

}  // namespace

TemporalWeights CausalFold(const TemporalWeights& symmetric) {
  if (symmetric.architecture.causal) {
    Fail(ErrorCode::kInvalidArgument, "the network is causal already: it has no future to fold");
  }
  TemporalWeights causal = symmetric;
  causal.architecture.causal = true;
  for (ConvolutionWeights& convolution : causal.convolutions) FoldFuture(convolution.weight);
  return causal;
}

}  // namespace videopose::internal

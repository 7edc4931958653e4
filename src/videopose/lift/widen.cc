// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/widen.h"

#include <numeric>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/base/random.h"

namespace videopose::internal {
namespace {

// The parts of a weight are proportional to these: a channel's own at least, and what is added at
// random.
constexpr double kLeastShare = 0.5;

// For each channel of the wide layer, the one of the narrow layer that it is.
using Sources = std::vector<int64_t>;

Sources ChooseSources(int64_t narrow, int64_t wide, RandomState& random) {
  Sources sources(static_cast<size_t>(narrow));
  std::iota(sources.begin(), sources.end(), 0);
  const std::vector<int64_t> order = random.Permutation(narrow);
  for (size_t i = 0; std::ssize(sources) < wide; ++i) sources.push_back(order[i % order.size()]);
  return sources;
}

std::vector<float> Picked(const std::vector<float>& values, const Sources& sources) {
  std::vector<float> picked;
  picked.reserve(sources.size());
  for (const int64_t s : sources) picked.push_back(values[static_cast<size_t>(s)]);
  return picked;
}

// (C_out, C_in, taps): rows are copied.
Tensor CopyOutputs(const Tensor& weight, const Sources& sources) {
  const int64_t row = weight.dim(1) * weight.dim(2);
  Tensor wide({std::ssize(sources), weight.dim(1), weight.dim(2)});
  float* to = wide.data();
  for (const int64_t s : sources) to = std::copy_n(weight.data() + s * row, row, to);
  return wide;
}

// (C_out, C_in, taps): each output's weight of a channel is shared out among its copies.
Tensor ShareInputs(const Tensor& weight, const Sources& sources, RandomState& random) {
  const int64_t taps = weight.dim(2);
  Tensor wide({weight.dim(0), std::ssize(sources), taps});
  std::vector<double> parts(sources.size()), sums(static_cast<size_t>(weight.dim(1)));
  float* to = wide.data();
  for (int64_t out = 0; out < weight.dim(0); ++out) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (size_t i = 0; i < parts.size(); ++i) {
      parts[i] = kLeastShare + random.NextDouble();
      sums[static_cast<size_t>(sources[i])] += parts[i];
    }
    for (size_t i = 0; i < parts.size(); ++i) {
      const auto share = static_cast<float>(parts[i] / sums[static_cast<size_t>(sources[i])]);
      const float* from = weight.data() + (out * weight.dim(1) + sources[i]) * taps;
      for (int64_t k = 0; k < taps; ++k) *to++ = from[k] * share;
    }
  }
  return wide;
}

void WidenOutputs(ConvolutionWeights& convolution, const Sources& sources) {
  convolution.weight = CopyOutputs(convolution.weight, sources);
  for (std::vector<float>* values :
       {&convolution.norm.weight, &convolution.norm.bias, &convolution.norm.running_mean,
        &convolution.norm.running_var}) {
    *values = Picked(*values, sources);
  }
}

}  // namespace

TemporalWeights Widen(const TemporalWeights& narrow, int channels, uint32_t seed) {
  const int before = narrow.architecture.channels;
  if (channels < before) {
    Fail(ErrorCode::kInvalidArgument, "the network has {} channels: expected as many or more",
         before);
  }
  RandomState random(seed);
  // Of what residual connections pass on from block to block.
  const Sources passed_on = ChooseSources(before, channels, random);
  TemporalWeights wide = narrow;
  wide.architecture.channels = channels;
  WidenOutputs(wide.convolutions[0], passed_on);
  for (size_t i = 1; i + 1 < wide.convolutions.size(); i += 2) {
    const Sources within = ChooseSources(before, channels, random);
    ConvolutionWeights& dilated = wide.convolutions[i];
    ConvolutionWeights& pointwise = wide.convolutions[i + 1];
    dilated.weight = ShareInputs(dilated.weight, passed_on, random);
    WidenOutputs(dilated, within);
    pointwise.weight = ShareInputs(pointwise.weight, within, random);
    WidenOutputs(pointwise, passed_on);
  }
  wide.shrink_weight = ShareInputs(wide.shrink_weight, passed_on, random);
  return wide;
}

}  // namespace videopose::internal

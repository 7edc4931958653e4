// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/parameter_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

// Calls visit(index in PyTorch's layout, index in ours).
template <typename Visit>
void ForEachElement(const ParameterSlot& slot, const Visit& visit) {
  if (slot.shape.size() == 1) {
    for (size_t i = 0; i < slot.size(); ++i) visit(i, slot.offset + i);
    return;
  }
  const auto out = static_cast<size_t>(slot.shape[0]), in = static_cast<size_t>(slot.shape[1]),
             taps = static_cast<size_t>(slot.shape[2]);
  for (size_t o = 0; o < out; ++o) {
    for (size_t i = 0; i < in; ++i) {
      for (size_t k = 0; k < taps; ++k) {
        visit((o * in + i) * taps + k, slot.offset + (k * in + i) * out + o);
      }
    }
  }
}

void FillUniform(RandomState& random, double bound, std::vector<float>& values) {
  for (float& v : values) v = static_cast<float>(bound * (2 * random.NextDouble() - 1));
}

Tensor InitialConvolution(RandomState& random, int64_t out, int64_t in, int64_t taps) {
  Tensor weight({out, in, taps});
  FillUniform(random, 1 / std::sqrt(static_cast<double>(in * taps)), weight.values);
  return weight;
}

}  // namespace

Tensor ReadSlot(const ParameterSlot& slot, std::span<const float> flat) {
  Tensor tensor(slot.shape);
  ForEachElement(slot, [&](size_t torch, size_t ours) { tensor.values[torch] = flat[ours]; });
  return tensor;
}

void WriteSlot(const ParameterSlot& slot, const Tensor& tensor, std::span<float> flat) {
  VP_CHECK(tensor.shape == slot.shape, "{} has the shape ({}), expected ({})", slot.name,
           fmt::join(tensor.shape, ", "), fmt::join(slot.shape, ", "));
  ForEachElement(slot, [&](size_t torch, size_t ours) { flat[ours] = tensor.values[torch]; });
}

ParameterLayout::ParameterLayout(const TemporalArchitecture& architecture) {
  const auto add = [&](std::string name, std::vector<int64_t> shape) {
    ParameterSlot slot{std::move(name), std::move(shape), size};
    size += slot.size();
    return slot;
  };
  const int64_t c = architecture.channels;
  const auto add_layer = [&](const std::string& conv, const std::string& norm, int64_t in,
                             int64_t taps) {
    Layer layer;
    layer.weight = add(conv + ".weight", {c, in, taps});
    layer.gamma = add(norm + ".weight", {c});
    layer.beta = add(norm + ".bias", {c});
    layers.push_back(std::move(layer));
  };
  add_layer("expand_conv", "expand_bn", architecture.input_channels, architecture.kernel(0));
  for (size_t i = 1; i < architecture.widths.size(); ++i) {
    for (const int64_t taps : {architecture.kernel(i), int64_t{1}}) {
      const size_t index = layers.size() - 1;
      add_layer(fmt::format("layers_conv.{}", index), fmt::format("layers_bn.{}", index), c, taps);
    }
  }
  shrink_weight = add("shrink.weight", {architecture.output_channels, c, 1});
  shrink_bias = add("shrink.bias", {architecture.output_channels});
}

std::vector<ParameterSlot> ParameterLayout::InTorchOrder() const {
  std::vector<ParameterSlot> slots = {layers[0].gamma, layers[0].beta, shrink_weight, shrink_bias};
  for (const Layer& layer : layers) slots.push_back(layer.weight);
  for (size_t i = 1; i < layers.size(); ++i) {
    slots.push_back(layers[i].gamma);
    slots.push_back(layers[i].beta);
  }
  return slots;
}

TemporalWeights InitialWeights(const TemporalArchitecture& architecture, RandomState& random) {
  TemporalWeights weights{.architecture = architecture};
  const int64_t c = architecture.channels;
  const auto channels = static_cast<size_t>(c);
  const auto add = [&](int64_t in, int64_t taps) {
    ConvolutionWeights convolution;
    convolution.weight = InitialConvolution(random, c, in, taps);
    convolution.norm = {std::vector<float>(channels, 1), std::vector<float>(channels, 0),
                        std::vector<float>(channels, 0), std::vector<float>(channels, 1)};
    weights.convolutions.push_back(std::move(convolution));
  };
  add(architecture.input_channels, architecture.kernel(0));
  for (size_t i = 1; i < architecture.widths.size(); ++i) {
    add(c, architecture.kernel(i));
    add(c, 1);
  }
  weights.shrink_weight = InitialConvolution(random, architecture.output_channels, c, 1);
  weights.shrink_bias.resize(static_cast<size_t>(architecture.output_channels));
  FillUniform(random, 1 / std::sqrt(static_cast<double>(c)), weights.shrink_bias);
  return weights;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// Where each trained value of a temporal model is in the one flat array that gradients and the
// optimiser's moments are parallel to, and how PyTorch calls and shapes it.

#ifndef VIDEOPOSE_TRAIN_PARAMETER_LAYOUT_H_
#define VIDEOPOSE_TRAIN_PARAMETER_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "videopose/base.h"
#include "videopose/base/random.h"
#include "videopose/lift/temporal_model.h"

namespace videopose::internal {

struct ParameterSlot {
  std::string name;            // "layers_conv.0.weight"
  std::vector<int64_t> shape;  // PyTorch's: (C_out, C_in, taps) of a convolution, (C) of the others
  size_t offset = 0;           // into the flat array

  size_t size() const { return static_cast<size_t>(Tensor::ElementCount(shape)); }
};

// In memory a convolution's weight is (taps * C_in, C_out), see nn/device.h.
Tensor ReadSlot(const ParameterSlot& slot, std::span<const float> flat);
void WriteSlot(const ParameterSlot& slot, const Tensor& tensor, std::span<float> flat);

struct ParameterLayout {
  struct Layer {
    ParameterSlot weight, gamma, beta;
  };

  explicit ParameterLayout(const TemporalArchitecture& architecture);

  // As TemporalWeights::convolutions.
  std::vector<Layer> layers;
  ParameterSlot shrink_weight, shrink_bias;
  size_t size = 0;  // of the flat array

  // In the order of PyTorch's model.parameters(), which an optimiser's state refers to.
  std::vector<ParameterSlot> InTorchOrder() const;
};

// PyTorch's default: weights and biases of convolutions uniform in +-1 / sqrt(C_in * taps), batch
// norms 1 and 0. (Not PyTorch's own random numbers.)
TemporalWeights InitialWeights(const TemporalArchitecture& architecture, RandomState& random);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_PARAMETER_LAYOUT_H_

// SPDX-License-Identifier: Apache-2.0

// The operations between the GEMMs: one pass over the activations each, in parallel.

#ifndef VIDEOPOSE_NN_POINTWISE_H_
#define VIDEOPOSE_NN_POINTWISE_H_

#include <span>

#include "videopose/nn/matrix.h"

namespace videopose::internal {

// x is (rows, C), bias has C values.

// x = x + bias
void AddBias(Matrix x, std::span<const float> bias);

// x = max(x + bias, 0)
void AddBiasRelu(Matrix x, std::span<const float> bias);

// x = max(x + bias, 0) + residual, residual (rows, C) not overlapping x.
void AddBiasReluResidual(Matrix x, std::span<const float> bias, ConstMatrix residual);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_POINTWISE_H_

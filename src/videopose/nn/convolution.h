// SPDX-License-Identifier: Apache-2.0

// Convolutions over time, forward and backward, as GEMMs.
//
//   y[b, t] = sum over k of x[b, t * stride + k * dilation] * W_k      no padding
//
// x is (batch * frames_in, C_in), y (batch * frames_out, C_out), row b * frames + t. The weight is
// (taps * C_in, C_out): W_0 above W_1 above ... With the inputs of each output side by side, which
// they already are when stride = taps, all of it is one GEMM.

#ifndef VIDEOPOSE_NN_CONVOLUTION_H_
#define VIDEOPOSE_NN_CONVOLUTION_H_

#include <cstdint>
#include <vector>

#include "videopose/nn/gemm.h"
#include "videopose/nn/matrix.h"

namespace videopose::internal {

struct ConvolutionShape {
  int64_t batch = 1, frames_in = 1;
  int64_t taps = 1, dilation = 1, stride = 1;
  Precision precision = Precision::kSingle;  // of the GEMMs

  int64_t frames_out() const {  // frames_in >= (taps - 1) * dilation + 1
    return (frames_in - (taps - 1) * dilation - 1) / stride + 1;
  }
  int64_t rows_in() const { return batch * frames_in; }
  int64_t rows_out() const { return batch * frames_out(); }
};

// Memory that the calls below share, so that it is allocated once.
using ConvolutionScratch = std::vector<float>;

void Convolve(const ConvolutionShape& shape, ConstMatrix x, ConstMatrix weight, Matrix y,
              ConvolutionScratch& scratch);

// dL/dW from x and dL/dy.
void ConvolveBackwardWeight(const ConvolutionShape& shape, ConstMatrix x, ConstMatrix y_gradient,
                            Matrix weight_gradient, ConvolutionScratch& scratch);

// dL/dx from W and dL/dy.
void ConvolveBackwardInput(const ConvolutionShape& shape, ConstMatrix y_gradient,
                           ConstMatrix weight, Matrix x_gradient, ConvolutionScratch& scratch);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_CONVOLUTION_H_

// SPDX-License-Identifier: Apache-2.0

// Reference implementation for tests of TrainableModel: VideoPose3D's temporal model
// (Pavllo et al., CVPR 2019) in training mode, in double, one sum after another.

#ifndef VIDEOPOSE_TRAIN_REFERENCE_MODEL_H_
#define VIDEOPOSE_TRAIN_REFERENCE_MODEL_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "videopose/nn/dropout.h"
#include "videopose/train/parameter_layout.h"
#include "videopose/train/trainable_model.h"

namespace videopose::internal {

struct ReferenceModel {
  TrainableModelOptions options;
  TemporalArchitecture architecture;
  ParameterLayout layout{architecture};
  std::vector<double> parameters;
  int64_t batch = 0, batches_seen = 0;

  struct Signal {
    int64_t frames = 0, cols = 0;
    std::vector<double> values;  // (batch, frames, cols)
    double& At(int64_t b, int64_t t, int64_t c) {
      return values[static_cast<size_t>((b * frames + t) * cols + c)];
    }
  };

  Signal Zero(int64_t frames, int64_t cols) const {
    return {frames, cols, std::vector<double>(static_cast<size_t>(batch * frames * cols))};
  }

  Signal Convolve(Signal& x, const ParameterSlot& weight, int64_t dilation, int64_t stride) const {
    const int64_t out = weight.shape[0], in = weight.shape[1], taps = weight.shape[2];
    Signal y = Zero((x.frames - (taps - 1) * dilation - 1) / stride + 1, out);
    for (int64_t b = 0; b < batch; ++b) {
      for (int64_t t = 0; t < y.frames; ++t) {
        for (int64_t o = 0; o < out; ++o) {
          for (int64_t k = 0; k < taps; ++k) {
            for (int64_t i = 0; i < in; ++i) {
              y.At(b, t, o) +=
                  x.At(b, t * stride + k * dilation, i) *
                  parameters[weight.offset + static_cast<size_t>((k * in + i) * out + o)];
            }
          }
        }
      }
    }
    return y;
  }

  void NormReluDropout(Signal& x, size_t layer) const {
    const ParameterLayout::Layer& slots = layout.layers[layer];
    const Dropout dropout(options.dropout,
                          DropoutKey(options.dropout_seed, static_cast<uint64_t>(batches_seen),
                                     static_cast<uint64_t>(layer)));
    const auto rows = static_cast<double>(batch * x.frames);
    for (int64_t c = 0; c < x.cols; ++c) {
      double mean = 0, variance = 0;
      for (int64_t b = 0; b < batch; ++b) {
        for (int64_t t = 0; t < x.frames; ++t) mean += x.At(b, t, c) / rows;
      }
      for (int64_t b = 0; b < batch; ++b) {
        for (int64_t t = 0; t < x.frames; ++t) {
          variance += (x.At(b, t, c) - mean) * (x.At(b, t, c) - mean) / rows;
        }
      }
      const double gamma = parameters[slots.gamma.offset + static_cast<size_t>(c)];
      const double beta = parameters[slots.beta.offset + static_cast<size_t>(c)];
      for (int64_t b = 0; b < batch; ++b) {
        for (int64_t t = 0; t < x.frames; ++t) {
          double& v = x.At(b, t, c);
          v = std::max(0.0, gamma * (v - mean) / std::sqrt(variance + 1e-5) + beta);
          if (!dropout.active()) continue;
          const int64_t element = (b * x.frames + t) * x.cols + c;
          v *= dropout.Keeps(static_cast<uint32_t>(element)) ? dropout.scale() : 0;
        }
      }
    }
  }

  // (batch * frames, input_channels) -> (batch * frames_out, output_channels)
  std::vector<double> Forward(std::span<const float> input) const {
    const int64_t cols = architecture.input_channels;
    Signal x{static_cast<int64_t>(input.size()) / batch / cols, cols, {input.begin(), input.end()}};
    x = Convolve(x, layout.layers[0].weight, 1, options.strided ? architecture.widths[0] : 1);
    NormReluDropout(x, 0);
    for (size_t i = 1; i < architecture.widths.size(); ++i) {
      const int64_t width = architecture.widths[i];
      const int64_t stride = options.strided ? width : 1;
      const int64_t dilation = options.strided ? 1 : architecture.dilation(i);
      const int64_t pad = (width - 1) * dilation / 2;
      const int64_t shift = architecture.causal ? width / 2 * dilation : 0;
      Signal y =
          Convolve(x, layout.layers[2 * i - 1].weight, architecture.dense ? 1 : dilation, stride);
      NormReluDropout(y, 2 * i - 1);
      y = Convolve(y, layout.layers[2 * i].weight, 1, 1);
      NormReluDropout(y, 2 * i);
      for (int64_t b = 0; b < batch; ++b) {
        for (int64_t t = 0; t < y.frames; ++t) {
          for (int64_t c = 0; c < y.cols; ++c)
            y.At(b, t, c) += x.At(b, t * stride + pad + shift, c);
        }
      }
      x = y;
    }
    Signal y = Convolve(x, layout.shrink_weight, 1, 1);
    for (size_t r = 0; r < y.values.size(); ++r) {
      y.values[r] += parameters[layout.shrink_bias.offset + r % layout.shrink_bias.size()];
    }
    return y.values;
  }
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_REFERENCE_MODEL_H_

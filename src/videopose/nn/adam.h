// SPDX-License-Identifier: Apache-2.0

// Adam with AMSGrad, as torch.optim.Adam(amsgrad=True) does it:
//
//   m = beta1 m + (1 - beta1) g          v = beta2 v + (1 - beta2) g^2          v^ = max(v^, v)
//   p = p - rate / (1 - beta1^n) * m / (sqrt(v^) / sqrt(1 - beta2^n) + eps)     n: steps so far
//
// Kingma & Ba, ICLR 2015; Reddi, Kale & Kumar, ICLR 2018 (there without the correction of v^).

#ifndef VIDEOPOSE_NN_ADAM_H_
#define VIDEOPOSE_NN_ADAM_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/nn/device.h"

namespace videopose::internal {

class Adam {
 public:
  struct Options {
    double beta1 = 0.9, beta2 = 0.999;
    double epsilon = 1e-8;
    bool operator==(const Options&) const = default;
  };
  // As many values as parameters each.
  struct State {
    int64_t step = 0;
    std::vector<float> mean, square, max_square;  // m, v, v^
    bool operator==(const State&) const = default;
  };

  // Of parameters in the memory of the device, which must outlive it.
  explicit Adam(size_t parameter_count, Device& device = CpuDevice());

  void Step(double learning_rate, std::span<const float> gradient, std::span<float> parameters);

  State state() const;
  // The sizes must be those of the parameters.
  void SetState(const State& state);

 private:
  Options options_;
  int64_t step_ = 0;
  Device* device_;
  Buffer mean_, square_, max_square_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_ADAM_H_

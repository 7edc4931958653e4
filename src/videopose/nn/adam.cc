// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/adam.h"

#include <cmath>

#include "videopose/base/check.h"

namespace videopose::internal {

Adam::Adam(size_t parameter_count, Device& device)
    : device_(&device),
      mean_(device, parameter_count),
      square_(device, parameter_count),
      max_square_(device, parameter_count) {}

void Adam::Step(double learning_rate, std::span<const float> gradient,
                std::span<float> parameters) {
  VP_CHECK(gradient.size() == mean_.size() && parameters.size() == gradient.size(),
           "{} gradients of {} parameters, made for {}", gradient.size(), parameters.size(),
           mean_.size());
  const auto step = static_cast<double>(++step_);
  const Options& o = options_;
  const AdamCoefficients k{
      .keep_mean = static_cast<float>(o.beta1),
      .add_mean = static_cast<float>(1 - o.beta1),
      .keep_square = static_cast<float>(o.beta2),
      .add_square = static_cast<float>(1 - o.beta2),
      .rate = static_cast<float>(learning_rate / (1 - std::pow(o.beta1, step))),
      .square_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(o.beta2, step))),
      .epsilon = static_cast<float>(o.epsilon),
  };
  device_->StepAdam(k, gradient, {mean_.span(), square_.span(), max_square_.span()}, parameters);
}

Adam::State Adam::state() const {
  return {step_, device_->Downloaded(mean_.span()), device_->Downloaded(square_.span()),
          device_->Downloaded(max_square_.span())};
}

void Adam::SetState(const State& state) {
  VP_CHECK(state.step >= 0 && state.mean.size() == mean_.size() &&
               state.square.size() == mean_.size() && state.max_square.size() == mean_.size(),
           "a state of {} values for {}", state.mean.size(), mean_.size());
  step_ = state.step;
  device_->Upload(state.mean, mean_.data());
  device_->Upload(state.square, square_.data());
  device_->Upload(state.max_square, max_square_.data());
}

}  // namespace videopose::internal

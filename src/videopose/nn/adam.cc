// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/adam.h"

#include <cmath>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/parallel.h"
#include "videopose/nn/matrix.h"

namespace videopose::internal {
namespace {

struct Coefficients {
  float keep_mean, add_mean, keep_square, add_square;
  float rate, square_correction, epsilon;
};

void Update(const Coefficients& k, int64_t count, const float* __restrict gradient,
            float* __restrict mean, float* __restrict square, float* __restrict max_square,
            float* __restrict parameters) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) {
    const float g = gradient[i];
    mean[i] = k.keep_mean * mean[i] + k.add_mean * g;
    square[i] = k.keep_square * square[i] + k.add_square * g * g;
    // In this order a NaN stays one.
    max_square[i] = square[i] < max_square[i] ? max_square[i] : square[i];
    parameters[i] -=
        k.rate * mean[i] / (std::sqrt(max_square[i]) * k.square_correction + k.epsilon);
  }
}

}  // namespace

Adam::Adam(size_t parameter_count, const Options& options) : options_(options) {
  state_.mean.resize(parameter_count);
  state_.square.resize(parameter_count);
  state_.max_square.resize(parameter_count);
}

void Adam::Step(double learning_rate, std::span<const float> gradient,
                std::span<float> parameters) {
  VP_CHECK(gradient.size() == state_.mean.size() && parameters.size() == gradient.size(),
           "{} gradients of {} parameters, made for {}", gradient.size(), parameters.size(),
           state_.mean.size());
  const auto step = static_cast<double>(++state_.step);
  const Options& o = options_;
  const Coefficients k{
      .keep_mean = static_cast<float>(o.beta1),
      .add_mean = static_cast<float>(1 - o.beta1),
      .keep_square = static_cast<float>(o.beta2),
      .add_square = static_cast<float>(1 - o.beta2),
      .rate = static_cast<float>(learning_rate / (1 - std::pow(o.beta1, step))),
      .square_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(o.beta2, step))),
      .epsilon = static_cast<float>(o.epsilon),
  };
  ParallelFor(static_cast<int64_t>(parameters.size()), kValuesPerThread,
              [&](int64_t begin, int64_t end) {
                Update(k, end - begin, gradient.data() + begin, state_.mean.data() + begin,
                       state_.square.data() + begin, state_.max_square.data() + begin,
                       parameters.data() + begin);
              });
}

void Adam::SetState(State state) {
  VP_CHECK(state.step >= 0 && state.mean.size() == state_.mean.size() &&
               state.square.size() == state_.mean.size() &&
               state.max_square.size() == state_.mean.size(),
           "a state of {} values for {}", state.mean.size(), state_.mean.size());
  state_ = std::move(state);
}

}  // namespace videopose::internal

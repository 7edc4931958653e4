// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>

#include "videopose/base/parallel.h"
#include "videopose/nn/cpu/kernels.h"

namespace videopose::internal {
namespace {

template <bool kRelu, bool kResidual>
void ApplyToRow(float* __restrict x, const float* __restrict bias, const float* __restrict residual,
                int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) {
    float value = x[i] + bias[i];
    if constexpr (kRelu) value = std::max(value, 0.0F);
    if constexpr (kResidual) value += residual[i];
    x[i] = value;
  }
}

template <bool kRelu, bool kResidual>
void ApplyToRows(const Epilogue& epilogue, Matrix x) {
  const int64_t rows_per_thread = kValuesPerThread / std::max<int64_t>(1, x.cols) + 1;
  ParallelFor(x.rows, rows_per_thread, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      const float* residual = nullptr;
      if constexpr (kResidual) residual = epilogue.residual.row(r);
      ApplyToRow<kRelu, kResidual>(x.row(r), epilogue.bias.data(), residual, x.cols);
    }
  });
}

void UpdateParameters(const AdamCoefficients& k, int64_t count, const float* __restrict gradient,
                      float* __restrict mean, float* __restrict square,
                      float* __restrict max_square, float* __restrict parameters) {
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

void CpuKernels::Apply(const Epilogue& epilogue, Matrix c) {
  if (epilogue.bias.empty()) return;
  if (epilogue.residual.rows > 0) {
    epilogue.relu ? ApplyToRows<true, true>(epilogue, c) : ApplyToRows<false, true>(epilogue, c);
  } else {
    epilogue.relu ? ApplyToRows<true, false>(epilogue, c) : ApplyToRows<false, false>(epilogue, c);
  }
}

void CpuKernels::AddToRows(ConstMatrix added, const SequenceRows& rows, Matrix x) {
  CheckRows(added, rows, x);
  constexpr int64_t kLeastRows = 16;
  ParallelFor(added.rows, kLeastRows, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      const float* __restrict from = added.row(r);
      float* __restrict to = x.row(rows.index(r));
#pragma omp simd
      for (int64_t c = 0; c < x.cols; ++c) to[c] += from[c];
    }
  });
}

void CpuKernels::StepAdam(const AdamCoefficients& k, std::span<const float> gradient,
                          const AdamMoments& moments, std::span<float> parameters) {
  ParallelFor(static_cast<int64_t>(parameters.size()), kValuesPerThread,
              [&](int64_t begin, int64_t end) {
                UpdateParameters(k, end - begin, gradient.data() + begin,
                                 moments.mean.data() + begin, moments.square.data() + begin,
                                 moments.max_square.data() + begin, parameters.data() + begin);
              });
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/pointwise.h"

#include <algorithm>

#include "videopose/base/check.h"
#include "videopose/base/parallel.h"

namespace videopose::internal {
namespace {

// Calls row(r) for every row of `x`.
template <typename Row>
void ForEachRow(ConstMatrix x, std::span<const float> bias, const Row& row) {
  VP_CHECK(static_cast<int64_t>(bias.size()) == x.cols, "{} values for {} columns", bias.size(),
           x.cols);
  const int64_t rows_per_thread = kValuesPerThread / std::max<int64_t>(1, x.cols) + 1;
  ParallelFor(x.rows, rows_per_thread, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) row(r);
  });
}

void AddBiasRow(float* __restrict x, const float* __restrict bias, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) x[i] += bias[i];
}

void AddBiasReluRow(float* __restrict x, const float* __restrict bias, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) x[i] = std::max(x[i] + bias[i], 0.0F);
}

void AddBiasReluResidualRow(float* __restrict x, const float* __restrict bias,
                            const float* __restrict residual, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) x[i] = std::max(x[i] + bias[i], 0.0F) + residual[i];
}

}  // namespace

void AddBias(Matrix x, std::span<const float> bias) {
  ForEachRow(x, bias, [&](int64_t r) { AddBiasRow(x.row(r), bias.data(), x.cols); });
}

void AddBiasRelu(Matrix x, std::span<const float> bias) {
  ForEachRow(x, bias, [&](int64_t r) { AddBiasReluRow(x.row(r), bias.data(), x.cols); });
}

void AddBiasReluResidual(Matrix x, std::span<const float> bias, ConstMatrix residual) {
  VP_CHECK(residual.rows == x.rows && residual.cols == x.cols, "({}, {}) onto ({}, {})",
           residual.rows, residual.cols, x.rows, x.cols);
  ForEachRow(x, bias, [&](int64_t r) {
    AddBiasReluResidualRow(x.row(r), bias.data(), residual.row(r), x.cols);
  });
}

}  // namespace videopose::internal

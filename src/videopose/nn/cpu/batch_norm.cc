// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>
#include <cmath>

#include "videopose/base/parallel.h"
#include "videopose/nn/cpu/kernels.h"

namespace videopose::internal {
namespace {

// Rows whose sums are kept in single precision, before they go into double.
constexpr int64_t kBlockRows = 64;

int64_t RowsPerThread(int64_t cols) { return kValuesPerThread / std::max<int64_t>(1, cols) + 1; }

// Sums K values per column over all rows: add_row(r, sums) adds row r to sums[0 ... K-1][0 ...
// C-1].
template <size_t K, typename AddRow>
std::array<std::vector<double>, K> SumOverRows(int64_t rows, int64_t cols, const AddRow& add_row) {
  const int64_t blocks = (rows + kBlockRows - 1) / kBlockRows;
  const auto columns = static_cast<size_t>(cols);
  std::vector<float> partial(K * static_cast<size_t>(blocks) * columns);
  ParallelFor(blocks, RowsPerThread(cols) / kBlockRows + 1, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      std::array<float*, K> sums;
      for (size_t k = 0; k < K; ++k) {
        sums[k] = partial.data() + (static_cast<size_t>(block) * K + k) * columns;
      }
      const int64_t last = std::min(rows, (block + 1) * kBlockRows);
      for (int64_t r = block * kBlockRows; r < last; ++r) add_row(r, sums);
    }
  });
  std::array<std::vector<double>, K> totals;
  for (size_t k = 0; k < K; ++k) {
    totals[k].resize(columns);
    for (int64_t block = 0; block < blocks; ++block) {
      const float* sums = partial.data() + (static_cast<size_t>(block) * K + k) * columns;
      for (size_t c = 0; c < columns; ++c) totals[k][c] += sums[c];
    }
  }
  return totals;
}

template <size_t K>
void SumOverProcesses(Communicator* processes, std::array<std::vector<double>, K>& sums) {
  if (processes == nullptr) return;
  std::vector<double> all;
  for (const std::vector<double>& part : sums) all.insert(all.end(), part.begin(), part.end());
  processes->Sum(all);
  auto next = all.begin();
  for (std::vector<double>& part : sums) {
    const auto end = next + static_cast<std::ptrdiff_t>(part.size());
    part.assign(next, end);
    next = end;
  }
}

// Sums of x - shift and of its square.
void AddMoments(const float* __restrict x, const float* __restrict shift, int64_t cols,
                float* __restrict sum, float* __restrict square_sum) {
#pragma omp simd
  for (int64_t c = 0; c < cols; ++c) {
    const float d = x[c] - shift[c];
    sum[c] += d;
    square_sum[c] += d * d;
  }
}

template <bool kDrops>
struct Activation {
  const float* __restrict mean;
  const float* __restrict scale;
  const float* __restrict beta;
  Dropout dropout;

  // h of element c of a row whose first element has number `first`. Keeps NaN.
  float Forward(float y, int64_t c, uint32_t first) const {
    const float z = std::max((y - mean[c]) * scale[c] + beta[c], 0.0F);
    if constexpr (!kDrops) return z;
    return dropout.Keeps(first + static_cast<uint32_t>(c)) ? z * dropout.scale() : 0.0F * z;
  }
  // dL/dz from dL/dh.
  float Backward(float y, float h_gradient, int64_t c, uint32_t first) const {
    bool passes = (y - mean[c]) * scale[c] + beta[c] > 0;
    if constexpr (!kDrops) return passes ? h_gradient : 0.0F;
    passes &= dropout.Keeps(first + static_cast<uint32_t>(c));
    return passes ? h_gradient * dropout.scale() : 0.0F;
  }
};

template <bool kDrops, bool kResidual>
void ForwardRow(Activation<kDrops> activation, const float* __restrict y,
                const float* __restrict residual, int64_t cols, uint32_t first,
                float* __restrict h) {
#pragma omp simd
  for (int64_t c = 0; c < cols; ++c) {
    const float value = activation.Forward(y[c], c, first);
    if constexpr (kResidual) {
      h[c] = value + residual[c];
    } else {
      h[c] = value;
    }
  }
}

// Sums of dL/dz and of dL/dz * (y - mean).
template <bool kDrops>
void AddGradientSums(Activation<kDrops> activation, const float* __restrict y,
                     const float* __restrict h_gradient, int64_t cols, uint32_t first,
                     float* __restrict sum, float* __restrict product_sum) {
#pragma omp simd
  for (int64_t c = 0; c < cols; ++c) {
    const float g = activation.Backward(y[c], h_gradient[c], c, first);
    sum[c] += g;
    product_sum[c] += g * (y[c] - activation.mean[c]);
  }
}

// dL/dy = scale * (dL/dz - mean(dL/dz) - (y - mean) * mean(dL/dz * (y - mean)) / (var + eps))
//       = scale * dL/dz + slope * (y - mean) + constant
template <bool kDrops>
void BackwardRow(Activation<kDrops> activation, const float* __restrict h_gradient,
                 const float* __restrict slope, const float* __restrict constant, int64_t cols,
                 uint32_t first, float* __restrict y) {
#pragma omp simd
  for (int64_t c = 0; c < cols; ++c) {
    const float g = activation.Backward(y[c], h_gradient[c], c, first);
    y[c] = activation.scale[c] * g + slope[c] * (y[c] - activation.mean[c]) + constant[c];
  }
}

// Of the whole batch.
uint32_t FirstElement(const BatchNorm& norm, ConstMatrix x, int64_t row) {
  return static_cast<uint32_t>(norm.share.index(row) * x.cols);
}

template <bool kDrops>
void Backward(const Activation<kDrops>& activation, ConstMatrix h_gradient, const BatchNorm& norm,
              Matrix y, std::span<float> gamma_gradient, std::span<float> beta_gradient) {
  auto sums = SumOverRows<2>(y.rows, y.cols, [&](int64_t r, const std::array<float*, 2>& partial) {
    AddGradientSums(activation, y.row(r), h_gradient.row(r), y.cols, FirstElement(norm, y, r),
                    partial[0], partial[1]);
  });
  SumOverProcesses(norm.processes, sums);
  const auto columns = static_cast<size_t>(y.cols);
  std::vector<float> slope(columns), constant(columns);
  const auto rows = static_cast<double>(norm.rows(y));
  const bool has_sums = norm.processes == nullptr || norm.processes->is_first();
  for (size_t c = 0; c < columns; ++c) {
    const double variance = norm.variance[c] + kBatchNormEpsilon;
    beta_gradient[c] = has_sums ? static_cast<float>(sums[0][c]) : 0.0F;
    gamma_gradient[c] = has_sums ? static_cast<float>(sums[1][c] / std::sqrt(variance)) : 0.0F;
    slope[c] = static_cast<float>(-norm.scale[c] * sums[1][c] / rows / variance);
    constant[c] = static_cast<float>(-norm.scale[c] * sums[0][c] / rows);
  }
  ParallelFor(y.rows, RowsPerThread(y.cols), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      BackwardRow(activation, h_gradient.row(r), slope.data(), constant.data(), y.cols,
                  FirstElement(norm, y, r), y.row(r));
    }
  });
}

template <bool kDrops, bool kResidual>
void Forward(const Activation<kDrops>& activation, ConstMatrix y, const BatchNorm& norm,
             const SequenceRows* residual, Matrix h) {
  ParallelFor(y.rows, RowsPerThread(y.cols), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      const float* added = nullptr;
      if constexpr (kResidual) added = residual->row(r);
      ForwardRow<kDrops, kResidual>(activation, y.row(r), added, y.cols, FirstElement(norm, y, r),
                                    h.row(r));
    }
  });
}

template <bool kDrops>
Activation<kDrops> ActivationOf(const BatchNorm& norm, const Dropout& dropout) {
  return {norm.mean.data(), norm.scale.data(), norm.beta.data(), dropout};
}

}  // namespace

void CpuKernels::MeasureBatch(ConstMatrix y, const BatchNorm& norm, double momentum) {
  CheckNorm(y, norm);
  // Any row is nearer to the mean than 0 is, in units of the deviation, when that matters; so
  // nothing cancels in E[(y - shift)^2] - E[y - shift]^2.
  std::vector<float> shift(y.row(0), y.row(0) + y.cols);
  if (norm.processes != nullptr) norm.processes->Broadcast(shift);
  auto sums = SumOverRows<2>(y.rows, y.cols, [&](int64_t r, const std::array<float*, 2>& partial) {
    AddMoments(y.row(r), shift.data(), y.cols, partial[0], partial[1]);
  });
  SumOverProcesses(norm.processes, sums);
  const auto rows = static_cast<double>(norm.rows(y));
  const double unbiased = rows / (rows - 1);
  for (size_t c = 0; c < shift.size(); ++c) {
    const double offset = sums[0][c] / rows;
    const double spread = std::max(0.0, sums[1][c] / rows - offset * offset);
    norm.mean[c] = static_cast<float>(shift[c] + offset);
    norm.variance[c] = static_cast<float>(spread);
    norm.scale[c] = static_cast<float>(norm.gamma[c] / std::sqrt(spread + kBatchNormEpsilon));
    norm.running_mean[c] =
        static_cast<float>((1 - momentum) * norm.running_mean[c] + momentum * norm.mean[c]);
    norm.running_variance[c] = static_cast<float>((1 - momentum) * norm.running_variance[c] +
                                                  momentum * unbiased * norm.variance[c]);
  }
}

void CpuKernels::NormReluDropout(ConstMatrix y, const BatchNorm& norm, const Dropout& dropout,
                                 const SequenceRows* residual, Matrix h) {
  CheckNormOut(y, residual, h);
  const bool adds = residual != nullptr;
  if (dropout.active()) {
    const auto activation = ActivationOf<true>(norm, dropout);
    adds ? Forward<true, true>(activation, y, norm, residual, h)
         : Forward<true, false>(activation, y, norm, nullptr, h);
  } else {
    const auto activation = ActivationOf<false>(norm, dropout);
    adds ? Forward<false, true>(activation, y, norm, residual, h)
         : Forward<false, false>(activation, y, norm, nullptr, h);
  }
}

void CpuKernels::NormReluDropoutBackward(ConstMatrix h_gradient, const BatchNorm& norm,
                                         const Dropout& dropout, Matrix y_in_gradient_out,
                                         std::span<float> gamma_gradient,
                                         std::span<float> beta_gradient) {
  const Matrix& y = y_in_gradient_out;
  CheckNormOut(y, nullptr, h_gradient);
  if (dropout.active()) {
    Backward(ActivationOf<true>(norm, dropout), h_gradient, norm, y, gamma_gradient, beta_gradient);
  } else {
    Backward(ActivationOf<false>(norm, dropout), h_gradient, norm, y, gamma_gradient,
             beta_gradient);
  }
}

void CpuKernels::SumRows(ConstMatrix x, std::span<float> sums) {
  CheckSums(x, sums);
  const auto totals =
      SumOverRows<1>(x.rows, x.cols, [&](int64_t r, const std::array<float*, 1>& partial) {
        const float* __restrict row = x.row(r);
        float* __restrict sum = partial[0];
#pragma omp simd
        for (int64_t c = 0; c < x.cols; ++c) sum[c] += row[c];
      });
  std::copy(totals[0].begin(), totals[0].end(), sums.begin());
}

}  // namespace videopose::internal

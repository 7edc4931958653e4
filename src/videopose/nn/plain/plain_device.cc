// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/plain/plain_device.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace videopose::internal {
namespace {

// --- Its memory: the host's, under addresses that no program has. ---

constexpr uintptr_t kElsewhere = uintptr_t{1} << 55;

template <typename T>
T* OnHost(T* address) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): that is the idea
  return reinterpret_cast<T*>(reinterpret_cast<uintptr_t>(address) ^ kElsewhere);
}
float* Elsewhere(float* on_host) { return OnHost(on_host); }  // the same bit, there and back
template <typename T>
std::span<T> OnHost(std::span<T> values) {
  return values.empty() ? values : std::span<T>(OnHost(values.data()), values.size());
}
float At(ConstMatrix x, int64_t r, int64_t c) { return OnHost(x.row(r))[c]; }
float& At(Matrix x, int64_t r, int64_t c) { return OnHost(x.row(r))[c]; }

// --- Parts of formulas. ---

// As a factor of a GEMM.
double Factor(float x, Precision precision) {
  if (precision == Precision::kSingle) return x;
  const auto bits = std::bit_cast<uint32_t>(x);
  const uint32_t nearest = bits + 0x7FFFU + (bits >> 16 & 1U);
  return std::bit_cast<float>(nearest & 0xFFFF0000U);
}

// std::max(x, 0) with x first keeps NaN, here and below.
double Follow(double sum, const Epilogue& epilogue, int64_t r, int64_t c) {
  if (epilogue.bias.empty()) return sum;
  sum += OnHost(epilogue.bias)[static_cast<size_t>(c)];
  if (epilogue.relu) sum = std::max(sum, 0.0);
  if (epilogue.residual.rows > 0) sum += At(epilogue.residual, r, c);
  return sum;
}

// One column of a batch norm: its parameters and statistics.
struct Column {
  Column(const BatchNorm& norm, size_t c)
      : beta(OnHost(norm.beta)[c]),
        mean(OnHost(norm.mean)[c]),
        scale(OnHost(norm.scale)[c]),
        deviation(std::sqrt(OnHost(norm.variance)[c] + kBatchNormEpsilon)) {}

  double z(double y) const { return scale * (y - mean) + beta; }
  double normalized(double y) const { return (y - mean) / deviation; }

  double beta, mean, scale, deviation;
};

bool Keeps(const Dropout& dropout, const BatchNorm& norm, ConstMatrix y, int64_t r, int64_t c) {
  // Elements count in the whole batch.
  return !dropout.active() ||
         dropout.Keeps(static_cast<uint32_t>(norm.share.index(r) * y.cols + c));
}

void SumOver(Communicator* processes, std::span<double> values) {
  if (processes != nullptr) processes->Sum(values);
}

class Plain final : public Device {
 public:
  float* Allocate(size_t size) override { return Elsewhere(new float[size]()); }
  void Free(float* values) override { delete[] OnHost(values); }
  void Upload(std::span<const float> host_values, float* to) override {
    std::copy(host_values.begin(), host_values.end(), OnHost(to));
  }
  void Download(std::span<const float> values, float* to_host) override {
    std::copy_n(OnHost(values).data(), values.size(), to_host);
  }
  void Copy(std::span<const float> values, float* to) override { Upload(OnHost(values), to); }

  void Multiply(ConstMatrix a, ConstMatrix b, Matrix c, const MultiplyOptions& options) override {
    const ProductSize size = CheckProduct(a, b, c, options);
    for (int64_t i = 0; i < size.m; ++i) {
      for (int64_t j = 0; j < size.n; ++j) {
        double sum = options.accumulate ? At(c, i, j) : 0;
        for (int64_t l = 0; l < size.k; ++l) {
          const float x = options.transpose_a ? At(a, l, i) : At(a, i, l);
          const float y = options.transpose_b ? At(b, j, l) : At(b, l, j);
          sum += Factor(x, options.precision) * Factor(y, options.precision);
        }
        At(c, i, j) = static_cast<float>(Follow(sum, options.epilogue, i, j));
      }
    }
  }

  void Convolve(const ConvolutionShape& shape, ConstMatrix x, ConstMatrix weight, Matrix y,
                const Epilogue& epilogue, Buffer& /*scratch*/) override {
    CheckConvolution(shape, x, weight, y);
    CheckEpilogue(epilogue, y);
    for (int64_t r = 0; r < y.rows; ++r) {
      for (int64_t o = 0; o < y.cols; ++o) {
        double sum = 0;
        for (int64_t k = 0; k < shape.taps; ++k) {
          const int64_t row_in = shape.row_in(r, k);
          for (int64_t i = 0; i < x.cols; ++i) {
            sum += Factor(At(x, row_in, i), shape.precision) *
                   Factor(At(weight, k * x.cols + i, o), shape.precision);
          }
        }
        At(y, r, o) = static_cast<float>(Follow(sum, epilogue, r, o));
      }
    }
  }

  void ConvolveBackwardWeight(const ConvolutionShape& shape, ConstMatrix x, ConstMatrix y_gradient,
                              Matrix weight_gradient, Buffer& /*scratch*/) override {
    CheckConvolution(shape, x, weight_gradient, y_gradient);
    std::vector<double> sums(static_cast<size_t>(x.cols * y_gradient.cols));
    for (int64_t k = 0; k < shape.taps; ++k) {
      std::fill(sums.begin(), sums.end(), 0);
      for (int64_t r = 0; r < y_gradient.rows; ++r) {
        const int64_t row_in = shape.row_in(r, k);
        double* sum = sums.data();
        for (int64_t i = 0; i < x.cols; ++i) {
          for (int64_t o = 0; o < y_gradient.cols; ++o) {
            *sum++ += Factor(At(x, row_in, i), shape.precision) *
                      Factor(At(y_gradient, r, o), shape.precision);
          }
        }
      }
      const double* sum = sums.data();
      for (int64_t i = 0; i < x.cols; ++i) {
        for (int64_t o = 0; o < y_gradient.cols; ++o) {
          At(weight_gradient, k * x.cols + i, o) = static_cast<float>(*sum++);
        }
      }
    }
  }

  void ConvolveBackwardInput(const ConvolutionShape& shape, ConstMatrix y_gradient,
                             ConstMatrix weight, Matrix x_gradient, Buffer& /*scratch*/) override {
    CheckConvolution(shape, x_gradient, weight, y_gradient);
    for (int64_t r = 0; r < x_gradient.rows; ++r) {
      for (int64_t i = 0; i < x_gradient.cols; ++i) At(x_gradient, r, i) = 0;
    }
    for (int64_t r = 0; r < y_gradient.rows; ++r) {
      for (int64_t k = 0; k < shape.taps; ++k) {
        const int64_t row_in = shape.row_in(r, k);
        for (int64_t i = 0; i < x_gradient.cols; ++i) {
          double sum = 0;
          for (int64_t o = 0; o < y_gradient.cols; ++o) {
            sum += Factor(At(y_gradient, r, o), shape.precision) *
                   Factor(At(weight, k * x_gradient.cols + i, o), shape.precision);
          }
          At(x_gradient, row_in, i) += static_cast<float>(sum);
        }
      }
    }
  }

  void MeasureBatch(ConstMatrix y, const BatchNorm& norm, double momentum) override {
    CheckNorm(y, norm);
    const auto columns = static_cast<size_t>(y.cols);
    const auto rows = static_cast<double>(norm.rows(y));
    std::vector<double> mean(columns), variance(columns);
    for (size_t c = 0; c < columns; ++c) {
      for (int64_t r = 0; r < y.rows; ++r) mean[c] += At(y, r, static_cast<int64_t>(c)) / rows;
    }
    SumOver(norm.processes, mean);
    for (size_t c = 0; c < columns; ++c) {
      for (int64_t r = 0; r < y.rows; ++r) {
        const double d = At(y, r, static_cast<int64_t>(c)) - mean[c];
        variance[c] += d * d / rows;
      }
    }
    SumOver(norm.processes, variance);
    for (size_t c = 0; c < columns; ++c) {
      OnHost(norm.mean)[c] = static_cast<float>(mean[c]);
      OnHost(norm.variance)[c] = static_cast<float>(variance[c]);
      OnHost(norm.scale)[c] =
          static_cast<float>(OnHost(norm.gamma)[c] / std::sqrt(variance[c] + kBatchNormEpsilon));
      const auto update = [&](float& running, double batch) {
        running = static_cast<float>((1 - momentum) * running + momentum * batch);
      };
      update(OnHost(norm.running_mean)[c], mean[c]);
      update(OnHost(norm.running_variance)[c], variance[c] * rows / (rows - 1));
    }
  }

  void NormReluDropout(ConstMatrix y, const BatchNorm& norm, const Dropout& dropout,
                       const SequenceRows* residual, Matrix h) override {
    CheckNormOut(y, residual, h);
    for (int64_t c = 0; c < y.cols; ++c) {
      const Column column(norm, static_cast<size_t>(c));
      for (int64_t r = 0; r < y.rows; ++r) {
        double value = std::max(column.z(At(y, r, c)), 0.0) *
                       (Keeps(dropout, norm, y, r, c) ? dropout.scale() : 0);
        if (residual != nullptr) value += At(residual->x, residual->index(r), c);
        At(h, r, c) = static_cast<float>(value);
      }
    }
  }

  // With n = (y - mean) / deviation and dL/dz, which is dL/dh where it is passed on:
  //
  //   dL/dbeta = sum dL/dz     dL/dgamma = sum dL/dz n
  //   dL/dy = scale * (dL/dz - mean(dL/dz) - n * mean(dL/dz n))
  void NormReluDropoutBackward(ConstMatrix h_gradient, const BatchNorm& norm,
                               const Dropout& dropout, Matrix y_in_gradient_out,
                               std::span<float> gamma_gradient,
                               std::span<float> beta_gradient) override {
    const Matrix& y = y_in_gradient_out;
    CheckNormOut(y, nullptr, h_gradient);
    const auto z_gradient = [&](const Column& column, int64_t r, int64_t c) {
      const bool passes = column.z(At(y, r, c)) > 0 && Keeps(dropout, norm, y, r, c);
      return passes ? At(h_gradient, r, c) * dropout.scale() : 0.0;
    };
    std::vector<double> sum(gamma_gradient.size()), product_sum(gamma_gradient.size());
    for (int64_t c = 0; c < y.cols; ++c) {
      const auto i = static_cast<size_t>(c);
      const Column column(norm, i);
      for (int64_t r = 0; r < y.rows; ++r) {
        sum[i] += z_gradient(column, r, c);
        product_sum[i] += z_gradient(column, r, c) * column.normalized(At(y, r, c));
      }
    }
    SumOver(norm.processes, sum);
    SumOver(norm.processes, product_sum);
    const bool has_sums = norm.processes == nullptr || norm.processes->is_first();
    const auto rows = static_cast<double>(norm.rows(y));
    for (int64_t c = 0; c < y.cols; ++c) {
      const auto i = static_cast<size_t>(c);
      const Column column(norm, i);
      for (int64_t r = 0; r < y.rows; ++r) {
        const double gradient = z_gradient(column, r, c) - sum[i] / rows -
                                column.normalized(At(y, r, c)) * product_sum[i] / rows;
        At(y, r, c) = static_cast<float>(column.scale * gradient);
      }
      OnHost(beta_gradient)[i] = has_sums ? static_cast<float>(sum[i]) : 0;
      OnHost(gamma_gradient)[i] = has_sums ? static_cast<float>(product_sum[i]) : 0;
    }
  }

  void SumRows(ConstMatrix x, std::span<float> sums) override {
    CheckSums(x, sums);
    for (int64_t c = 0; c < x.cols; ++c) {
      double sum = 0;
      for (int64_t r = 0; r < x.rows; ++r) sum += At(x, r, c);
      OnHost(sums)[static_cast<size_t>(c)] = static_cast<float>(sum);
    }
  }

  void AddToRows(ConstMatrix added, const SequenceRows& rows, Matrix x) override {
    CheckRows(added, rows, x);
    for (int64_t r = 0; r < added.rows; ++r) {
      for (int64_t c = 0; c < added.cols; ++c) At(x, rows.index(r), c) += At(added, r, c);
    }
  }

  void StepAdam(const AdamCoefficients& k, std::span<const float> gradient,
                const AdamMoments& moments, std::span<float> parameters) override {
    for (size_t i = 0; i < parameters.size(); ++i) {
      const float g = OnHost(gradient)[i];
      float &m = OnHost(moments.mean)[i], &v = OnHost(moments.square)[i];
      float& v_max = OnHost(moments.max_square)[i];
      m = k.keep_mean * m + k.add_mean * g;
      v = k.keep_square * v + k.add_square * g * g;
      v_max = std::max(v, v_max);
      OnHost(parameters)[i] -= k.rate * m / (std::sqrt(v_max) * k.square_correction + k.epsilon);
    }
  }

  void BeginSum(Communicator& processes, std::span<float> values) override {
    processes.BeginSum(OnHost(values));
  }
  void FinishSums(Communicator& processes) override { processes.FinishSums(); }
};

}  // namespace

Device& PlainDevice() {
  static Plain plain;
  return plain;
}

}  // namespace videopose::internal

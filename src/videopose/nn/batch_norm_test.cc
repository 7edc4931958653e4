// SPDX-License-Identifier: Apache-2.0

// Device's batch norm, ReLU, dropout and residual.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "videopose/base/parallel.h"
#include "videopose/nn/test_devices.h"

namespace videopose::internal::batch_norm_test {

class RandomSource {
 public:
  explicit RandomSource(uint32_t seed) : random_(seed) {}
  int64_t Int(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random_);
  }
  std::vector<float> Floats(int64_t count, float low, float high) {
    std::vector<float> values(static_cast<size_t>(count));
    std::uniform_real_distribution<float> uniform(low, high);
    for (float& v : values) v = uniform(random_);
    return values;
  }

 private:
  std::mt19937 random_;
};

std::vector<double> ToDouble(const std::vector<float>& x) { return {x.begin(), x.end()}; }

// The reference implementation: the formulas of the header, in double, one column after another.
struct ReferenceLayer {
  int64_t rows, cols;
  Dropout dropout;
  std::vector<double> y, gamma, beta;

  double At(int64_t r, int64_t c) const { return y[static_cast<size_t>(r * cols + c)]; }
  double Mean(int64_t c) const {
    double sum = 0;
    for (int64_t r = 0; r < rows; ++r) sum += At(r, c);
    return sum / static_cast<double>(rows);
  }
  double Variance(int64_t c) const {
    double sum = 0;
    const double mean = Mean(c);
    for (int64_t r = 0; r < rows; ++r) sum += (At(r, c) - mean) * (At(r, c) - mean);
    return sum / static_cast<double>(rows);
  }
  std::vector<double> Forward() const {
    std::vector<double> h(y.size());
    for (int64_t c = 0; c < cols; ++c) {
      const auto at = static_cast<size_t>(c);
      const double mean = Mean(c), deviation = std::sqrt(Variance(c) + kBatchNormEpsilon);
      for (int64_t r = 0; r < rows; ++r) {
        const double z = gamma[at] * (At(r, c) - mean) / deviation + beta[at];
        const auto i = static_cast<size_t>(r * cols + c);
        const bool kept = !dropout.active() || dropout.Keeps(static_cast<uint32_t>(i));
        h[i] = kept ? std::max(z, 0.0) * static_cast<double>(dropout.scale()) : 0;
      }
    }
    return h;
  }
};

// dL/dx by central differences, L = sum of weight * Forward().
std::vector<double> NumericGradient(std::vector<double>& x, const ReferenceLayer& layer,
                                    const std::vector<float>& weight) {
  const auto loss = [&] {
    const std::vector<double> h = layer.Forward();
    double sum = 0;
    for (size_t i = 0; i < h.size(); ++i) sum += weight[i] * h[i];
    return sum;
  };
  constexpr double kStep = 1e-6;
  std::vector<double> gradient;
  for (double& v : x) {
    const double before = v;
    v = before + kStep;
    const double above = loss();
    v = before - kStep;
    const double below = loss();
    v = before;
    gradient.push_back((above - below) / (2 * kStep));
  }
  return gradient;
}

void ExpectNear(const std::vector<float>& actual, const std::vector<double>& expected,
                double tolerance, const char* what) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    ASSERT_NEAR(actual[i], expected[i], tolerance * (1 + std::abs(expected[i])))
        << what << " " << i;
  }
}

// A layer of random size, away from the kink of the ReLU where differences mean nothing.
struct Case {
  ReferenceLayer reference;
  std::vector<float> y, gamma, beta, weight;
};

Case RandomCase(RandomSource& random, int64_t rows, int64_t cols, float dropout) {
  Case c;
  c.y = random.Floats(rows * cols, -2, 3);
  c.gamma = random.Floats(cols, 0.5F, 1.5F);
  c.beta = random.Floats(cols, -0.5F, 0.5F);
  c.weight = random.Floats(rows * cols, -1, 1);
  c.reference = {
      rows,
      cols,
      dropout > 0 ? Dropout(dropout, DropoutKey(1, 2, static_cast<uint64_t>(rows))) : Dropout(),
      ToDouble(c.y),
      ToDouble(c.gamma),
      ToDouble(c.beta)};
  return c;
}

// A layer on a device.
class LayerOnDevice {
 public:
  LayerOnDevice(Device& device, const Case& c)
      : device_(device),
        rows_(c.reference.rows),
        cols_(c.reference.cols),
        dropout_(c.reference.dropout),
        y_(device, c.y),
        weight_(device, c.weight),
        gamma_(device, c.gamma),
        beta_(device, c.beta),
        statistics_(device, std::vector<float>(5 * c.gamma.size())) {
    norm_ = {.gamma = gamma_.span(),
             .beta = beta_.span(),
             .mean = Statistic(0),
             .variance = Statistic(1),
             .scale = Statistic(2),
             .running_mean = Statistic(3),
             .running_variance = Statistic(4)};
  }

  const BatchNorm& norm() const { return norm_; }
  std::vector<float> mean() const { return device_.Downloaded(norm_.mean); }
  std::vector<float> variance() const { return device_.Downloaded(norm_.variance); }

  void Measure(double momentum = 0.1) {
    device_.MeasureBatch(y_.matrix(rows_, cols_), norm_, momentum);
  }
  std::vector<float> Forward(const SequenceRows* residual = nullptr) {
    OnDevice h(device_, std::vector<float>(static_cast<size_t>(rows_ * cols_)));
    device_.NormReluDropout(y_.matrix(rows_, cols_), norm_, dropout_, residual,
                            h.matrix(rows_, cols_));
    return h.host();
  }
  struct Gradients {
    std::vector<float> y, gamma, beta;
    bool operator==(const Gradients&) const = default;
  };
  // dL/dh is the case's weight.
  Gradients Backward() {
    OnDevice y(device_, y_.host()), gamma(device_, gamma_.host()), beta(device_, beta_.host());
    device_.NormReluDropoutBackward(weight_.matrix(rows_, cols_), norm_, dropout_,
                                    y.matrix(rows_, cols_), gamma.span(), beta.span());
    return {y.host(), gamma.host(), beta.host()};
  }

 private:
  std::span<float> Statistic(size_t i) {
    const auto columns = static_cast<size_t>(cols_);
    return statistics_.span().subspan(i * columns, columns);
  }

  Device& device_;
  int64_t rows_, cols_;
  Dropout dropout_;
  OnDevice y_, weight_, gamma_, beta_, statistics_;
  BatchNorm norm_;
};

class BatchNormTest : public DeviceTest {};
INSTANTIATE_TEST_SUITE_P(On, BatchNormTest, AllDevices(), kDeviceName);

TEST_P(BatchNormTest, ForwardAgreesWithThePlainFormulas) {
  RandomSource random(1);
  for (int trial = 0; trial < 40; ++trial) {
    const int64_t rows = random.Int(2, 400), cols = random.Int(1, 150);
    const Case c = RandomCase(random, rows, cols, trial % 2 == 0 ? 0.25F : 0.0F);
    LayerOnDevice layer(device(), c);
    layer.Measure();
    const std::vector<float> mean = layer.mean(), variance = layer.variance();
    for (int64_t column = 0; column < cols; ++column) {
      const auto at = static_cast<size_t>(column);
      ASSERT_NEAR(mean[at], c.reference.Mean(column), 1e-5);
      ASSERT_NEAR(variance[at], c.reference.Variance(column), 1e-5);
    }
    if (rows < 20) continue;  // next to no variance magnifies rounding
    ExpectNear(layer.Forward(), c.reference.Forward(), 1e-5, "h");
  }
}

TEST_P(BatchNormTest, BackwardAgreesWithDifferences) {
  RandomSource random(2);
  for (int trial = 0; trial < 24; ++trial) {
    const int64_t rows = trial == 0 ? 150 : random.Int(8, 30), cols = random.Int(1, 9);
    Case c = RandomCase(random, rows, cols, trial % 2 == 0 ? 0.25F : 0.0F);
    LayerOnDevice layer(device(), c);
    layer.Measure();
    const auto [y, gamma, beta] = layer.Backward();
    // Single precision; sums of at most 150 terms of size 1.
    ExpectNear(y, NumericGradient(c.reference.y, c.reference, c.weight), 2e-5, "dL/dy");
    ExpectNear(gamma, NumericGradient(c.reference.gamma, c.reference, c.weight), 2e-5, "dL/dgamma");
    ExpectNear(beta, NumericGradient(c.reference.beta, c.reference, c.weight), 2e-5, "dL/dbeta");
  }
}

// Rows of one column, gamma 1 and beta 0.
Case OneColumn(const std::vector<float>& y) {
  Case c{.y = y, .gamma = {1}, .beta = {0}, .weight = y};
  c.reference = {std::ssize(y), 1, {}, ToDouble(y), {1}, {0}};
  return c;
}

TEST_P(BatchNormTest, LargeMeansDoNotCancel) {
  RandomSource random(3);
  const Case c = OneColumn(random.Floats(1000, 1000, 1001));
  LayerOnDevice layer(device(), c);
  layer.Measure();
  EXPECT_NEAR(layer.variance()[0], c.reference.Variance(0),
              1e-6);  // E[y^2] - E[y]^2 in floats: off by 0.1
}

TEST_P(BatchNormTest, SameBitsForAnyNumberOfThreads) {
  RandomSource random(4);
  const Case c = RandomCase(random, 700, 100, 0.25F);
  std::vector<LayerOnDevice::Gradients> results;
  for (const int threads : {1, 2, 3}) {
    SetThreadCount(threads);
    LayerOnDevice layer(device(), c);
    layer.Measure();
    results.push_back(layer.Backward());
  }
  SetThreadCount(0);
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST_P(BatchNormTest, ResidualIsAddedFromItsRows) {
  const int64_t frames_in = 9, frames = 3, batch = 2, cols = 5;
  RandomSource random(5);
  const Case c = RandomCase(random, batch * frames, cols, 0);
  const std::vector<float> x = random.Floats(batch * frames_in * cols, -1, 1);
  LayerOnDevice layer(device(), c);
  layer.Measure();
  OnDevice on_x(device(), x), added(device(), c.weight),
      sums(device(), std::vector<float>(x.size()));
  const SequenceRows residual{on_x.matrix(batch * frames_in, cols), frames_in, frames, 1, 3};
  const std::vector<float> without = layer.Forward(), h = layer.Forward(&residual);
  const Matrix target = sums.matrix(batch * frames_in, cols);
  device().AddToRows(added.matrix(batch * frames, cols), {target, frames_in, frames, 1, 3}, target);
  const std::vector<float> x_gradient = sums.host();
  for (int64_t b = 0; b < batch; ++b) {
    for (int64_t t = 0; t < frames_in; ++t) {
      for (int64_t k = 0; k < cols; ++k) {
        const auto in = static_cast<size_t>((b * frames_in + t) * cols + k);
        const bool taken = t % 3 == 1;
        const auto out = static_cast<size_t>((b * frames + t / 3) * cols + k);
        if (taken) {
          EXPECT_FLOAT_EQ(h[out], without[out] + x[in]);
        }
        EXPECT_EQ(x_gradient[in], taken ? c.weight[out] : 0);
      }
    }
  }
}

TEST_P(BatchNormTest, RunningStatisticsAsTorch) {
  // torch: momentum 0.1; y = [1, 2, 4]: mean 7/3, unbiased variance 7/3
  LayerOnDevice layer(device(), OneColumn({1, 2, 4}));
  device().Upload(std::vector<float>{10}, layer.norm().running_mean.data());
  device().Upload(std::vector<float>{20}, layer.norm().running_variance.data());
  layer.Measure(0.1);
  EXPECT_FLOAT_EQ(device().Downloaded(layer.norm().running_mean)[0], 9 + 0.7F / 3);
  EXPECT_FLOAT_EQ(device().Downloaded(layer.norm().running_variance)[0], 18 + 0.7F / 3);
}

TEST_P(BatchNormTest, OneRowHasNoVariance) {
  EXPECT_THROW(LayerOnDevice(device(), OneColumn({1})).Measure(), std::logic_error);
}

TEST_P(BatchNormTest, NotANumberComesThrough) {
  RandomSource random(6);
  Case c = RandomCase(random, 100, 3, 0.25F);
  c.y[10] = std::numeric_limits<float>::quiet_NaN();  // in column 1
  LayerOnDevice layer(device(), c);
  layer.Measure();
  const std::vector<float> h = layer.Forward();
  for (size_t i = 0; i < h.size(); ++i) EXPECT_EQ(std::isnan(h[i]), i % 3 == 1) << i;
}

TEST_P(BatchNormTest, SumsOfRows) {
  OnDevice x(device(), {1, 2, 3, 4, 5, 6}), sums(device(), {7, 7});
  device().SumRows(x.matrix(3, 2), sums.span());
  EXPECT_EQ(sums.host(), (std::vector<float>{9, 12}));
  EXPECT_THROW(device().SumRows(x.matrix(2, 3), sums.span()), std::logic_error);
}

TEST(Dropout, DropsItsShareAndDiffersByKey) {
  constexpr int kCount = 1'000'000;
  for (const float rate : {0.1F, 0.25F, 0.9F}) {
    const Dropout a(rate, DropoutKey(1, 0, 0)), b(rate, DropoutKey(1, 0, 1));
    int kept = 0, both = 0;
    for (uint32_t i = 0; i < kCount; ++i) {
      kept += a.Keeps(i) ? 1 : 0;
      both += a.Keeps(i) && b.Keeps(i) ? 1 : 0;
    }
    // Four standard deviations of a binomial are at most 0.002 of a million.
    EXPECT_NEAR(kept, kCount * (1 - rate), 0.002 * kCount);
    EXPECT_NEAR(both, kCount * (1 - rate) * (1 - rate), 0.002 * kCount);
    EXPECT_FLOAT_EQ(a.scale(), 1 / (1 - rate));
  }
  EXPECT_FALSE(Dropout(0, 1).active());
  EXPECT_THROW(Dropout(1, 1), std::logic_error);
}

}  // namespace videopose::internal::batch_norm_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/batch_norm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "videopose/base/parallel.h"

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

BatchNorm Measured(const Case& c) {
  BatchNorm norm{.gamma = c.gamma, .beta = c.beta};
  norm.Measure({c.y.data(), c.reference.rows, c.reference.cols});
  return norm;
}

TEST(BatchNorm, ForwardAgreesWithThePlainFormulas) {
  RandomSource random(1);
  for (int trial = 0; trial < 40; ++trial) {
    const int64_t rows = random.Int(1, 400), cols = random.Int(1, 150);
    const Case c = RandomCase(random, rows, cols, trial % 2 == 0 ? 0.25F : 0.0F);
    const BatchNorm norm = Measured(c);
    for (int64_t column = 0; column < cols; ++column) {
      const auto at = static_cast<size_t>(column);
      ASSERT_NEAR(norm.mean[at], c.reference.Mean(column), 1e-5);
      ASSERT_NEAR(norm.variance[at], c.reference.Variance(column), 1e-5);
    }
    if (rows < 20) continue;  // next to no variance magnifies rounding
    std::vector<float> h(c.y.size());
    NormReluDropout({c.y.data(), rows, cols}, norm, c.reference.dropout, nullptr,
                    {h.data(), rows, cols});
    ExpectNear(h, c.reference.Forward(), 1e-5, "h");
  }
}

TEST(BatchNorm, BackwardAgreesWithDifferences) {
  RandomSource random(2);
  for (int trial = 0; trial < 24; ++trial) {
    const int64_t rows = trial == 0 ? 150 : random.Int(8, 30), cols = random.Int(1, 9);
    Case c = RandomCase(random, rows, cols, trial % 2 == 0 ? 0.25F : 0.0F);
    const BatchNorm norm = Measured(c);
    std::vector<float> y = c.y, gamma_gradient(c.gamma.size()), beta_gradient(c.gamma.size());
    NormReluDropoutBackward({c.weight.data(), rows, cols}, norm, c.reference.dropout,
                            {y.data(), rows, cols}, gamma_gradient, beta_gradient);
    // Single precision; sums of at most 150 terms of size 1.
    ExpectNear(y, NumericGradient(c.reference.y, c.reference, c.weight), 2e-5, "dL/dy");
    ExpectNear(gamma_gradient, NumericGradient(c.reference.gamma, c.reference, c.weight), 2e-5,
               "dL/dgamma");
    ExpectNear(beta_gradient, NumericGradient(c.reference.beta, c.reference, c.weight), 2e-5,
               "dL/dbeta");
  }
}

TEST(BatchNorm, LargeMeansDoNotCancel) {
  RandomSource random(3);
  const int64_t rows = 1000;
  std::vector<float> y = random.Floats(rows, 1000, 1001);
  const std::vector<float> gamma = {1}, beta = {0};
  BatchNorm norm{.gamma = gamma, .beta = beta};
  norm.Measure({y.data(), rows, 1});
  const ReferenceLayer reference{rows, 1, {}, ToDouble(y), {1}, {0}};
  EXPECT_NEAR(norm.variance[0], reference.Variance(0),
              1e-6);  // E[y^2] - E[y]^2 in floats: off by 0.1
}

TEST(BatchNorm, SameBitsForAnyNumberOfThreads) {
  RandomSource random(4);
  const int64_t rows = 700, cols = 100;
  const Case c = RandomCase(random, rows, cols, 0.25F);
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2, 3}) {
    SetThreadCount(threads);
    const BatchNorm norm = Measured(c);
    std::vector<float> y = c.y, gamma_gradient(c.gamma.size()), beta_gradient(c.gamma.size());
    NormReluDropoutBackward({c.weight.data(), rows, cols}, norm, c.reference.dropout,
                            {y.data(), rows, cols}, gamma_gradient, beta_gradient);
    y.insert(y.end(), gamma_gradient.begin(), gamma_gradient.end());
    results.push_back(y);
  }
  SetThreadCount(0);
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST(BatchNorm, ResidualIsAddedFromItsRows) {
  const int64_t frames_in = 9, frames = 3, batch = 2, cols = 5;
  RandomSource random(5);
  Case c = RandomCase(random, batch * frames, cols, 0);
  const std::vector<float> x = random.Floats(batch * frames_in * cols, -1, 1);
  const BatchNorm norm = Measured(c);
  const SequenceRows residual{{x.data(), batch * frames_in, cols}, frames_in, frames, 1, 3};
  std::vector<float> h(c.y.size()), without(c.y.size());
  const ConstMatrix y(c.y.data(), batch * frames, cols);
  NormReluDropout(y, norm, {}, nullptr, {without.data(), y.rows, cols});
  NormReluDropout(y, norm, {}, &residual, {h.data(), y.rows, cols});
  std::vector<float> x_gradient(x.size());
  const Matrix target(x_gradient.data(), batch * frames_in, cols);
  AddToRows({c.weight.data(), y.rows, cols}, {target, frames_in, frames, 1, 3}, target);
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

TEST(BatchNorm, RunningStatisticsAsTorch) {
  // torch: momentum 0.1; y = [1, 2, 4]: mean 7/3, unbiased variance 7/3
  const std::vector<float> y = {1, 2, 4}, gamma = {1}, beta = {0};
  BatchNorm norm{.gamma = gamma, .beta = beta};
  norm.Measure({y.data(), 3, 1});
  std::vector<float> mean = {10}, variance = {20};
  UpdateRunningStatistics(norm, 3, 0.1, mean, variance);
  EXPECT_FLOAT_EQ(mean[0], 9 + 0.7F / 3);
  EXPECT_FLOAT_EQ(variance[0], 18 + 0.7F / 3);
}

TEST(BatchNorm, NotANumberComesThrough) {
  RandomSource random(6);
  Case c = RandomCase(random, 100, 3, 0.25F);
  c.y[10] = std::numeric_limits<float>::quiet_NaN();  // in column 1
  std::vector<float> h(c.y.size());
  NormReluDropout({c.y.data(), 100, 3}, Measured(c), c.reference.dropout, nullptr,
                  {h.data(), 100, 3});
  for (size_t i = 0; i < h.size(); ++i) EXPECT_EQ(std::isnan(h[i]), i % 3 == 1) << i;
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

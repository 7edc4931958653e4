// SPDX-License-Identifier: Apache-2.0

// Device::Multiply.

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "videopose/base/parallel.h"
#include "videopose/nn/test_devices.h"

namespace videopose::internal::gemm_test {

std::vector<float> RandomValues(std::mt19937& random, int64_t count) {
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& v : values) v = uniform(random);
  return values;
}

class Multiply : public DeviceTest {};
INSTANTIATE_TEST_SUITE_P(On, Multiply, AllDevices(), kDeviceName);

TEST_P(Multiply, LeavesOpenMpsThreadCountAsItIs) {
  const int before = omp_get_max_threads();
  SetThreadCount(before + 1);
  OnDevice a(device(), std::vector<float>(64 * 64, 1)), c(device(), std::vector<float>(64 * 64));
  device().Multiply(a.matrix(64, 64), a.matrix(64, 64), c.matrix(64, 64), {});
  SetThreadCount(0);
  EXPECT_EQ(c.host()[0], 64);
  EXPECT_EQ(omp_get_max_threads(), before);
}

TEST_P(Multiply, AgreesWithThreeLoopsForAllTransposesStridesAndEpilogues) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int64_t> size(1, 40), slack(0, 5);
  for (int trial = 0; trial < 200; ++trial) {
    // The first one is large enough to be cut between threads.
    const int64_t m = trial == 0 ? 300 : size(random), n = trial == 0 ? 129 : size(random);
    const int64_t k = size(random);
    MultiplyOptions options{.transpose_a = trial % 2 != 0,
                            .transpose_b = trial / 2 % 2 != 0,
                            .accumulate = trial / 4 % 2 != 0};
    const bool has_bias = trial / 8 % 2 == 0, has_residual = has_bias && trial % 3 == 0;
    options.epilogue.relu = has_bias && trial / 16 % 2 == 0;
    const int64_t a_rows = options.transpose_a ? k : m, a_cols = options.transpose_a ? m : k;
    const int64_t b_rows = options.transpose_b ? n : k, b_cols = options.transpose_b ? k : n;
    const int64_t a_stride = a_cols + slack(random), b_stride = b_cols + slack(random);
    const int64_t c_stride = n + slack(random);
    const std::vector<float> a = RandomValues(random, a_rows * a_stride);
    const std::vector<float> b = RandomValues(random, b_rows * b_stride);
    const std::vector<float> before = RandomValues(random, m * c_stride);
    const std::vector<float> bias = RandomValues(random, n);
    const std::vector<float> residual = RandomValues(random, m * c_stride);
    OnDevice on_a(device(), a), on_b(device(), b), on_c(device(), before), on_bias(device(), bias),
        on_residual(device(), residual);
    if (has_bias) options.epilogue.bias = on_bias.span();
    if (has_residual) options.epilogue.residual = on_residual.matrix(m, n, c_stride);
    device().Multiply(on_a.matrix(a_rows, a_cols, a_stride), on_b.matrix(b_rows, b_cols, b_stride),
                      on_c.matrix(m, n, c_stride), options);
    const std::vector<float> c = on_c.host();
    for (int64_t i = 0; i < m; ++i) {
      for (int64_t j = 0; j < c_stride; ++j) {
        const auto at = static_cast<size_t>(i * c_stride + j);
        double expected = before[at];
        if (j < n) {
          if (!options.accumulate) expected = 0;
          for (int64_t l = 0; l < k; ++l) {
            const double x =
                a[static_cast<size_t>(options.transpose_a ? l * a_stride + i : i * a_stride + l)];
            const double y =
                b[static_cast<size_t>(options.transpose_b ? j * b_stride + l : l * b_stride + j)];
            expected += x * y;
          }
          if (has_bias) expected += bias[static_cast<size_t>(j)];
          if (options.epilogue.relu) expected = std::max(expected, 0.0);
          if (has_residual) expected += residual[at];
        }
        // At most 43 terms below 1, each rounded to 2^-24.
        ASSERT_NEAR(c[at], expected, 1e-5) << "trial " << trial << " at " << i << ", " << j;
      }
    }
  }
}

// Small integers are bfloat16 already, and their sums exact. The first trials have more rows than
// are multiplied at a time.
TEST_P(Multiply, Bf16IsExactForWhatItHolds) {
  std::mt19937 random(2);
  std::uniform_int_distribution<int64_t> size(1, 40), slack(0, 5);
  std::uniform_int_distribution<int> value(-9, 9);
  const auto integers = [&](int64_t count) {
    std::vector<float> values(static_cast<size_t>(count));
    for (float& v : values) v = static_cast<float>(value(random));
    return values;
  };
  for (int trial = 0; trial < 60; ++trial) {
    MultiplyOptions options{.transpose_a = trial % 3 == 1,
                            .transpose_b = trial % 3 == 2,
                            .accumulate = trial / 3 % 2 != 0};
    const int64_t n = size(random);
    int64_t k = size(random), m = size(random);
    if (trial < 6) (options.transpose_a ? k : m) = (3 << 20) / (options.transpose_a ? m : k);
    const int64_t a_rows = options.transpose_a ? k : m, a_cols = options.transpose_a ? m : k;
    const int64_t b_rows = options.transpose_b ? n : k, b_cols = options.transpose_b ? k : n;
    const int64_t a_stride = a_cols + slack(random), b_stride = b_cols + slack(random);
    const int64_t c_stride = n + slack(random);
    const std::vector<float> a = integers(a_rows * a_stride), b = integers(b_rows * b_stride);
    const std::vector<float> before = integers(m * c_stride);
    OnDevice on_a(device(), a), on_b(device(), b), single(device(), before), bf16(device(), before);
    const ConstMatrix a_view = on_a.matrix(a_rows, a_cols, a_stride);
    const ConstMatrix b_view = on_b.matrix(b_rows, b_cols, b_stride);
    device().Multiply(a_view, b_view, single.matrix(m, n, c_stride), options);
    options.precision = Precision::kBf16;
    device().Multiply(a_view, b_view, bf16.matrix(m, n, c_stride), options);
    ASSERT_EQ(single.host(), bf16.host()) << "trial " << trial;
  }
}

TEST_P(Multiply, Bf16RoundsFactorsToEightBits) {
  std::mt19937 random(3);
  const std::vector<float> a = RandomValues(random, 100), b = RandomValues(random, 100);
  const auto product = [&](float x, float y) {
    OnDevice factors(device(), {x, y}), result(device(), {0});
    const ConstMatrix first = factors.matrix(1, 1), second(first.data + 1, 1, 1);
    device().Multiply(first, second, result.matrix(1, 1), {.precision = Precision::kBf16});
    return result.host()[0];
  };
  for (size_t i = 0; i < a.size(); ++i) {
    const float exact = a[i] * b[i];
    // Each factor is off by at most 2^-8 of itself.
    EXPECT_NEAR(product(a[i], b[i]), exact, std::abs(exact) * 0x1.02p-7F);
  }
  EXPECT_EQ(product(1 + 0x1p-8F, 1), 1);            // a tie, to even
  EXPECT_EQ(product(1 + 0x3p-8F, 1), 1 + 0x1p-6F);  // up
}

TEST_P(Multiply, EmptyProductIsZero) {
  OnDevice c(device(), {1, 2, 3, 4}), none(device(), {}), bias(device(), {5, 6});
  MultiplyOptions options{.accumulate = true};
  device().Multiply(none.matrix(2, 0), none.matrix(0, 2), c.matrix(2, 2), options);
  EXPECT_EQ(c.host(), (std::vector<float>{1, 2, 3, 4}));
  options = {.epilogue = {.bias = bias.span()}};
  device().Multiply(none.matrix(2, 0), none.matrix(0, 2), c.matrix(2, 2), options);
  EXPECT_EQ(c.host(), (std::vector<float>{5, 6, 5, 6}));
}

TEST_P(Multiply, RefusesShapesThatDoNotFit) {
  OnDevice x(device(), std::vector<float>(12));
  const auto multiply = [&](const MultiplyOptions& options) {
    device().Multiply(x.matrix(2, 3), x.matrix(2, 3), x.matrix(2, 3), options);
  };
  EXPECT_THROW(multiply({}), std::logic_error);
  const auto square = [&](const Epilogue& epilogue) {
    device().Multiply(x.matrix(2, 2), x.matrix(2, 2), x.matrix(2, 2), {.epilogue = epilogue});
  };
  EXPECT_THROW(square({.bias = x.span()}), std::logic_error);
  EXPECT_THROW(square({.relu = true}), std::logic_error);
  EXPECT_THROW(square({.bias = x.span().first(2), .residual = x.matrix(3, 2)}), std::logic_error);
}

}  // namespace videopose::internal::gemm_test

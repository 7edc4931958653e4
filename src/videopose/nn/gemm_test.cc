// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/gemm.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <random>
#include <vector>

#include "videopose/base/parallel.h"

namespace videopose::internal::gemm_test {

std::vector<float> RandomValues(std::mt19937& random, int64_t count) {
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& v : values) v = uniform(random);
  return values;
}

TEST(Multiply, LeavesOpenMpsThreadCountAsItIs) {
  const int before = omp_get_max_threads();
  SetThreadCount(before + 1);
  const std::vector<float> a(64 * 64, 1), b(64 * 64, 1);
  std::vector<float> c(64 * 64);
  Multiply({a.data(), 64, 64, 64}, {b.data(), 64, 64, 64}, {c.data(), 64, 64, 64});
  SetThreadCount(0);
  EXPECT_EQ(c[0], 64);
  EXPECT_EQ(omp_get_max_threads(), before);
}

TEST(Multiply, AgreesWithThreeLoopsForAllTransposesAndStrides) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int64_t> size(1, 40), slack(0, 5);
  for (int trial = 0; trial < 200; ++trial) {
    const int64_t m = size(random), n = size(random), k = size(random);
    const MultiplyOptions options{.transpose_a = trial % 2 != 0,
                                  .transpose_b = trial / 2 % 2 != 0,
                                  .accumulate = trial / 4 % 2 != 0};
    const int64_t a_rows = options.transpose_a ? k : m, a_cols = options.transpose_a ? m : k;
    const int64_t b_rows = options.transpose_b ? n : k, b_cols = options.transpose_b ? k : n;
    const int64_t a_stride = a_cols + slack(random), b_stride = b_cols + slack(random);
    const int64_t c_stride = n + slack(random);
    const std::vector<float> a = RandomValues(random, a_rows * a_stride);
    const std::vector<float> b = RandomValues(random, b_rows * b_stride);
    const std::vector<float> before = RandomValues(random, m * c_stride);
    std::vector<float> c = before;
    Multiply({a.data(), a_rows, a_cols, a_stride}, {b.data(), b_rows, b_cols, b_stride},
             {c.data(), m, n, c_stride}, options);
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
        }
        // At most 41 terms below 1, each rounded to 2^-24.
        ASSERT_NEAR(c[at], expected, 1e-5) << "trial " << trial << " at " << i << ", " << j;
      }
    }
  }
}

// Small integers are bfloat16 already, and their sums exact. The first trials have more rows than
// are multiplied at a time.
TEST(Multiply, Bf16IsExactForWhatItHolds) {
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
    std::vector<float> single = integers(m * c_stride), bf16 = single;
    const ConstMatrix a_view(a.data(), a_rows, a_cols, a_stride);
    const ConstMatrix b_view(b.data(), b_rows, b_cols, b_stride);
    Multiply(a_view, b_view, {single.data(), m, n, c_stride}, options);
    options.precision = Precision::kBf16;
    Multiply(a_view, b_view, {bf16.data(), m, n, c_stride}, options);
    ASSERT_EQ(single, bf16) << "trial " << trial;
  }
}

TEST(Multiply, Bf16RoundsFactorsToEightBits) {
  std::mt19937 random(3);
  const std::vector<float> a = RandomValues(random, 100), b = RandomValues(random, 100);
  for (size_t i = 0; i < a.size(); ++i) {
    float product = 0;
    Multiply({&a[i], 1, 1}, {&b[i], 1, 1}, {&product, 1, 1}, {.precision = Precision::kBf16});
    const float exact = a[i] * b[i];
    // Each factor is off by at most 2^-8 of itself.
    EXPECT_NEAR(product, exact, std::abs(exact) * 0x1.02p-7F);
  }
  const float tie_to_even = 1 + 0x1p-8F, tie_up = 1 + 0x3p-8F, one = 1;
  float rounded = 0;
  Multiply({&tie_to_even, 1, 1}, {&one, 1, 1}, {&rounded, 1, 1}, {.precision = Precision::kBf16});
  EXPECT_EQ(rounded, 1);
  Multiply({&tie_up, 1, 1}, {&one, 1, 1}, {&rounded, 1, 1}, {.precision = Precision::kBf16});
  EXPECT_EQ(rounded, 1 + 0x1p-6F);
}

TEST(Multiply, EmptyProductIsZero) {
  std::vector<float> c = {1, 2, 3, 4};
  Multiply({nullptr, 2, 0}, {nullptr, 0, 2}, {c.data(), 2, 2}, {.accumulate = true});
  EXPECT_EQ(c, (std::vector<float>{1, 2, 3, 4}));
  Multiply({nullptr, 2, 0}, {nullptr, 0, 2}, {c.data(), 2, 2});
  EXPECT_EQ(c, (std::vector<float>{0, 0, 0, 0}));
}

TEST(Multiply, RefusesShapesThatDoNotFit) {
  std::vector<float> x(12);
  EXPECT_THROW(Multiply({x.data(), 2, 3}, {x.data(), 2, 3}, {x.data(), 2, 3}), std::logic_error);
}

}  // namespace videopose::internal::gemm_test

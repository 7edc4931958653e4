#include "videopose/nn/gemm.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace videopose {
namespace {

std::vector<float> RandomValues(std::mt19937& random, int64_t count) {
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& v : values) v = uniform(random);
  return values;
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

}  // namespace
}  // namespace videopose

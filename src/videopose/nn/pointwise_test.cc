// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/pointwise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace videopose::internal::pointwise_test {

// Large enough to be cut between threads; a stride that leaves columns which must stay as they are.
constexpr int64_t kRows = 300, kCols = 129, kStride = 131;

float ValueAt(int64_t i) { return static_cast<float>((i * 37) % 101 - 50) / 7; }

std::vector<float> Values(int64_t count) {
  std::vector<float> values(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) values[static_cast<size_t>(i)] = ValueAt(i);
  return values;
}

template <typename Expected>
void ExpectEverywhere(const std::vector<float>& x, const Expected& expected) {
  for (int64_t r = 0; r < kRows; ++r) {
    for (int64_t c = 0; c < kStride; ++c) {
      const int64_t i = r * kStride + c;
      const float want = c < kCols ? expected(r, c, ValueAt(i)) : ValueAt(i);
      ASSERT_FLOAT_EQ(x[static_cast<size_t>(i)], want) << r << ", " << c;
    }
  }
}

TEST(Pointwise, AddBias) {
  std::vector<float> x = Values(kRows * kStride);
  const std::vector<float> bias = Values(kCols);
  AddBias({x.data(), kRows, kCols, kStride}, bias);
  ExpectEverywhere(x, [](int64_t, int64_t c, float before) { return before + ValueAt(c); });
}

TEST(Pointwise, AddBiasRelu) {
  std::vector<float> x = Values(kRows * kStride);
  const std::vector<float> bias = Values(kCols);
  AddBiasRelu({x.data(), kRows, kCols, kStride}, bias);
  ExpectEverywhere(
      x, [](int64_t, int64_t c, float before) { return std::max(before + ValueAt(c), 0.0F); });
}

TEST(Pointwise, AddBiasReluResidual) {
  std::vector<float> x = Values(kRows * kStride);
  const std::vector<float> bias = Values(kCols);
  const std::vector<float> residual = Values(kRows * kCols);
  AddBiasReluResidual({x.data(), kRows, kCols, kStride}, bias, {residual.data(), kRows, kCols});
  ExpectEverywhere(x, [](int64_t r, int64_t c, float before) {
    return std::max(before + ValueAt(c), 0.0F) + ValueAt(r * kCols + c);
  });
}

TEST(Pointwise, RefusesBiasOfAnotherWidth) {
  std::vector<float> x(12);
  const std::vector<float> bias(5);
  EXPECT_THROW(AddBias({x.data(), 3, 4}, bias), std::logic_error);
}

}  // namespace videopose::internal::pointwise_test

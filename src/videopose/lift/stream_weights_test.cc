// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/stream_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "videopose/lift/test_weights.h"

namespace videopose::internal::stream_weights_test {

FoldedConvolution RandomLayer(RandomValues& random, int64_t taps, int64_t in, int64_t out) {
  FoldedConvolution layer{.bias = random.Floats(out, -1, 1)};
  for (int64_t k = 0; k < taps; ++k) layer.taps.push_back(random.Floats(in * out, -1, 1));
  return layer;
}

std::vector<float> Apply(const StreamWeights& weights, const std::vector<float>& x, int64_t rows) {
  std::vector<const float*> columns;
  for (int64_t i = 0; i < rows * weights.taps(); ++i) {
    columns.push_back(x.data() + i * weights.in_channels());
  }
  std::vector<float> y(static_cast<size_t>(rows * weights.out_channels()));
  weights.Apply(columns, {y.data(), rows, weights.out_channels()});
  return y;
}

// The largest difference from the sums in double, and the largest one allowed for weights of these
// relative errors.
void ExpectProduct(const FoldedConvolution& layer, WeightPrecision precision, int64_t rows,
                   RandomValues& random, double weight_error) {
  const StreamWeights weights(layer, precision);
  const int64_t taps = weights.taps(), in = weights.in_channels(), out = weights.out_channels();
  const std::vector<float> x = random.Floats(rows * taps * in, -1, 1);
  const std::vector<float> y = Apply(weights, x, rows);
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t o = 0; o < out; ++o) {
      double sum = layer.bias[static_cast<size_t>(o)], slack = 1e-6 * std::sqrt(taps * in) + 1e-6;
      for (int64_t k = 0; k < taps; ++k) {
        for (int64_t i = 0; i < in; ++i) {
          const double w = layer.taps[static_cast<size_t>(k)][static_cast<size_t>(i * out + o)];
          const double value = x[static_cast<size_t>(((r * taps) + k) * in + i)];
          sum += w * value;
          slack += weight_error * std::abs(value);
        }
      }
      ASSERT_NEAR(y[static_cast<size_t>(r * out + o)], sum, slack)
          << rows << " rows of " << in << " to " << out << ", row " << r << ", output " << o;
    }
  }
}

TEST(StreamWeights, IsTheGemmForAnyShape) {
  RandomValues random(1);
  for (int trial = 0; trial < 60; ++trial) {
    const FoldedConvolution layer =
        RandomLayer(random, random.Int(1, 4), random.Int(1, 80), random.Int(1, 90));
    const int rows = random.Int(1, 20);
    ExpectProduct(layer, WeightPrecision::kFloat32, rows, random, 0);
    // Weights are below 1: half of a last place is 2^-9, half of a step 1 / 127 / 2; of the carried
    // error as much again.
    ExpectProduct(layer, WeightPrecision::kBFloat16, rows, random, 1.0 / 250);
    ExpectProduct(layer, WeightPrecision::kInt8, rows, random, 1.0 / 126);
  }
}

// Of activations that do not change from tap to tap, one rounding error is left of all taps'.
TEST(StreamWeights, RoundingErrorsOfTapsCancel) {
  RandomValues random(4);
  const int64_t in = 40, out = 50;
  for (const int64_t taps : {1, 3, 7}) {
    const FoldedConvolution layer = RandomLayer(random, taps, in, out);
    const std::vector<float> column = random.Floats(in, -1, 1);
    std::vector<float> x;
    double size = 0;
    for (const float value : column) size += std::abs(value);
    for (int64_t k = 0; k < taps; ++k) x.insert(x.end(), column.begin(), column.end());
    const std::vector<float> whole = Apply({layer, WeightPrecision::kFloat32}, x, 1);
    const std::vector<float> half = Apply({layer, WeightPrecision::kBFloat16}, x, 1);
    const std::vector<float> byte = Apply({layer, WeightPrecision::kInt8}, x, 1);
    for (size_t o = 0; o < whole.size(); ++o) {
      EXPECT_NEAR(half[o], whole[o], size / 512 * 1.01 + 1e-4) << taps;
      EXPECT_NEAR(byte[o], whole[o], size / 254 * 1.01 + 1e-4) << taps;
    }
  }
}

TEST(StreamWeights, ARowDoesNotDependOnThoseBesideIt) {
  RandomValues random(2);
  const FoldedConvolution layer = RandomLayer(random, 3, 50, 70);
  for (const auto precision :
       {WeightPrecision::kFloat32, WeightPrecision::kBFloat16, WeightPrecision::kInt8}) {
    const StreamWeights weights(layer, precision);
    const std::vector<float> x = random.Floats(19 * 150, -1, 1);
    const std::vector<float> together = Apply(weights, x, 19);
    for (int64_t r = 0; r < 19; ++r) {
      const std::vector<float> alone =
          Apply(weights, {x.begin() + r * 150, x.begin() + (r + 1) * 150}, 1);
      EXPECT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + r * 70)) << r;
    }
  }
}

TEST(StreamWeights, FewerBitsTakeLessMemory) {
  RandomValues random(3);
  const FoldedConvolution layer = RandomLayer(random, 3, 128, 128);
  const int64_t whole = StreamWeights(layer, WeightPrecision::kFloat32).size_bytes();
  EXPECT_NEAR(whole, 3 * 128 * 128 * 4, 64);
  EXPECT_NEAR(StreamWeights(layer, WeightPrecision::kBFloat16).size_bytes(), whole / 2, 64);
  EXPECT_NEAR(StreamWeights(layer, WeightPrecision::kInt8).size_bytes(), whole * 9 / 32, 64);
}

TEST(StreamWeights, NothingButZeros) {
  const FoldedConvolution layer{.taps = {std::vector<float>(6)}, .bias = {1, 2}};
  for (const auto precision :
       {WeightPrecision::kFloat32, WeightPrecision::kBFloat16, WeightPrecision::kInt8}) {
    EXPECT_THAT(Apply(StreamWeights(layer, precision), {1, 2, 3}, 1), testing::ElementsAre(1, 2));
  }
}

}  // namespace videopose::internal::stream_weights_test

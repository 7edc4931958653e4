// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/block_band.h"

#include <gtest/gtest.h>

#include <vector>

#include "videopose/base/fast_random.h"

namespace videopose::internal::block_band_test {

TEST(BlockBand, SolvesAsTheWholeMatrixDoes) {
  constexpr size_t kSize = 7, kBand = 2;
  FastRandom random(4);
  BlockBand band(kSize, kBand);
  Eigen::MatrixXd whole = Eigen::MatrixXd::Zero(6 * kSize, 6 * kSize);
  for (size_t row = 0; row < kSize; ++row) {
    for (size_t column = row > kBand ? row - kBand : 0; column <= row; ++column) {
      BlockBand::Block block = BlockBand::Block::NullaryExpr([&] { return random.Gauss(); });
      if (row == column) block = block * block.transpose() + 40 * BlockBand::Block::Identity();
      band.At(row, column) = block;
      whole.block<6, 6>(6 * row, 6 * column) = block;
      whole.block<6, 6>(6 * column, 6 * row) = block.transpose();
    }
  }
  std::vector<BlockBand::Part> x;
  Eigen::VectorXd right(6 * kSize);
  for (size_t row = 0; row < kSize; ++row) {
    x.push_back(BlockBand::Part::NullaryExpr([&] { return random.Gauss(); }));
    right.segment<6>(6 * row) = x.back();
  }
  ASSERT_TRUE(band.Factor());
  band.Solve(x);
  Eigen::VectorXd found(6 * kSize);
  for (size_t row = 0; row < kSize; ++row) found.segment<6>(6 * row) = x[row];
  EXPECT_LT((whole * found - right).norm(), 1e-9);
}

TEST(BlockBand, SaysWhereThereIsNoFactor) {
  BlockBand band(2, 1);
  band.At(0, 0).setIdentity();
  band.At(1, 1) = -BlockBand::Block::Identity();
  EXPECT_FALSE(band.Factor());
}

}  // namespace videopose::internal::block_band_test

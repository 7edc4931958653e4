// SPDX-License-Identifier: Apache-2.0

#include "videopose/geometry/block_band.h"

#include <gtest/gtest.h>

#include <vector>

#include "videopose/base/fast_random.h"

namespace videopose::internal::block_band_test {

// Against Eigen's Cholesky of the whole matrix.
template <int kSize>
void ExpectSolvesAsTheWholeMatrixDoes(size_t rows, size_t band_width, int size = kSize) {
  using Band = BlockBand<kSize>;
  FastRandom random(4);
  Band band(rows, band_width, size);
  const auto count = static_cast<Eigen::Index>(rows) * size;
  Eigen::MatrixXd whole = Eigen::MatrixXd::Zero(count, count);
  const auto gauss = [&] { return random.Gauss(); };
  for (size_t row = 0; row < rows; ++row) {
    for (size_t column = row - std::min(row, band_width); column <= row; ++column) {
      typename Band::Block block = Band::Block::NullaryExpr(size, size, gauss);
      if (row == column) {
        block = (block * block.transpose()).eval();
        block.diagonal().array() += 8 * size;
      }
      band.At(row, column) = block;
      whole.block(size * row, size * column, size, size) = block;
      whole.block(size * column, size * row, size, size) = block.transpose();
      // What is above the diagonal is not read.
      if (row == column) {
        band.At(row, row).template triangularView<Eigen::StrictlyUpper>().setConstant(1e9);
      }
    }
  }
  std::vector<typename Band::Part> x;
  Eigen::VectorXd right(count);
  for (size_t row = 0; row < rows; ++row) {
    x.push_back(Band::Part::NullaryExpr(size, gauss));
    right.segment(size * row, size) = x.back();
  }
  ASSERT_TRUE(band.Factor());
  band.Solve(x);
  const Eigen::VectorXd expected = whole.llt().solve(right);
  for (size_t row = 0; row < rows; ++row) {
    EXPECT_LT((x[row] - expected.segment(size * row, size)).norm(), 1e-12) << row;
  }
}

TEST(BlockBand, SolvesAsTheWholeMatrixDoes) {
  ExpectSolvesAsTheWholeMatrixDoes<6>(7, 2);
  ExpectSolvesAsTheWholeMatrixDoes<3>(9, 2);
  ExpectSolvesAsTheWholeMatrixDoes<3>(1, 2);  // shorter than the band
  ExpectSolvesAsTheWholeMatrixDoes<3>(4, 0);
  ExpectSolvesAsTheWholeMatrixDoes<Eigen::Dynamic>(7, 2, 33);
  ExpectSolvesAsTheWholeMatrixDoes<Eigen::Dynamic>(5, 4, 2);
}

TEST(BlockBand, SaysWhereThereIsNoFactor) {
  BlockBand<6> band(2, 1);
  band.At(0, 0).setIdentity();
  band.At(1, 1) = -BlockBand<6>::Block::Identity();
  EXPECT_FALSE(band.Factor());
}

TEST(BlockBand, CanBeUsedAnew) {
  BlockBand<Eigen::Dynamic> band(2, 1, 3);
  band.At(1, 0).setOnes();
  band.SetZero();
  for (size_t i = 0; i < 2; ++i) band.At(i, i).diagonal().setConstant(4);
  ASSERT_TRUE(band.Factor());
  std::vector<Eigen::VectorXd> x(2, Eigen::VectorXd::Constant(3, 2));
  band.Solve(x);
  EXPECT_EQ(x[1], Eigen::VectorXd::Constant(3, 0.5));
}

}  // namespace videopose::internal::block_band_test

// SPDX-License-Identifier: Apache-2.0

// Symmetric positive definite systems of square blocks near the diagonal, as chains of frames make
// them.

#ifndef VIDEOPOSE_GEOMETRY_BLOCK_BAND_H_
#define VIDEOPOSE_GEOMETRY_BLOCK_BAND_H_

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cstddef>
#include <vector>

namespace videopose::internal {

// kSize: of the blocks, or Eigen::Dynamic.
template <int kSize>
class BlockBand {
 public:
  using Block = Eigen::Matrix<double, kSize, kSize>;
  using Part = Eigen::Matrix<double, kSize, 1>;

  // `size` rows of blocks, those further than `band` from the diagonal being zero.
  BlockBand(size_t size, size_t band, int block_size = kSize)
      : size_(size), band_(band), blocks_(size * (band + 1), Block::Zero(block_size, block_size)) {}

  size_t size() const { return size_; }
  void SetZero() {
    for (Block& block : blocks_) block.setZero();
  }
  // Of the lower triangle: column <= row <= column + band. Of blocks on the diagonal the lower
  // triangles count.
  Block& At(size_t row, size_t column) { return blocks_[row * (band_ + 1) + row - column]; }
  const Block& At(size_t row, size_t column) const {
    return blocks_[row * (band_ + 1) + row - column];
  }

  // Becomes its Cholesky factor L, with A = L L^T. False where A is not positive definite.
  bool Factor() {
    for (size_t column = 0; column < size_; ++column) {
      Block& own = At(column, column);
      if (Eigen::LLT<Eigen::Ref<Block>>(own).info() != Eigen::Success) return false;
      for (size_t row = column + 1; row < End(column); ++row) {
        Block& block = At(row, column);
        DivideByTransposed(own, block);
        for (size_t k = column + 1; k < row; ++k) {
          At(row, k).noalias() -= block * At(k, column).transpose();
        }
        SubtractSquare(block, At(row, row));
      }
    }
    return true;
  }

  // Of a factor: x of A x = b, in place.
  void Solve(std::vector<Part>& b) const {
    for (size_t row = 0; row < size_; ++row) {
      for (size_t k = row - std::min(row, band_); k < row; ++k) {
        b[row].noalias() -= At(row, k) * b[k];
      }
      At(row, row).template triangularView<Eigen::Lower>().solveInPlace(b[row]);
    }
    for (size_t row = size_; row-- > 0;) {
      for (size_t k = row + 1; k < End(row); ++k) {
        b[row].noalias() -= At(k, row).transpose() * b[k];
      }
      At(row, row).transpose().template triangularView<Eigen::Upper>().solveInPlace(b[row]);
    }
  }

 private:
  // Behind the last row of a column.
  size_t End(size_t column) const { return std::min(size_, column + band_ + 1); }

  // Eigen's kernels for large matrices are slow for small ones, which it unrolls as vectors and
  // plain products.

  // block L^-T.
  static void DivideByTransposed(const Block& lower, Block& block) {
    if constexpr (kSize == Eigen::Dynamic) {
      lower.transpose()
          .template triangularView<Eigen::Upper>()
          .template solveInPlace<Eigen::OnTheRight>(block);
    } else {
      for (int i = 0; i < kSize; ++i) {
        Part row = block.row(i).transpose();
        lower.template triangularView<Eigen::Lower>().solveInPlace(row);
        block.row(i) = row.transpose();
      }
    }
  }

  static void SubtractSquare(const Block& block, Block& from) {
    if constexpr (kSize == Eigen::Dynamic) {
      from.template selfadjointView<Eigen::Lower>().rankUpdate(block, -1);
    } else {
      from.noalias() -= block * block.transpose();
    }
  }

  size_t size_, band_;
  std::vector<Block> blocks_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GEOMETRY_BLOCK_BAND_H_

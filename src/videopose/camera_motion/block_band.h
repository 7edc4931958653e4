// SPDX-License-Identifier: Apache-2.0

// Symmetric positive definite systems of 6 x 6 blocks near the diagonal.

#ifndef VIDEOPOSE_CAMERA_MOTION_BLOCK_BAND_H_
#define VIDEOPOSE_CAMERA_MOTION_BLOCK_BAND_H_

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace videopose::internal {

class BlockBand {
 public:
  using Block = Eigen::Matrix<double, 6, 6>;
  using Part = Eigen::Matrix<double, 6, 1>;

  // `size` rows of blocks, those further than `band` from the diagonal being zero.
  BlockBand(size_t size, size_t band)
      : size_(size), band_(band), blocks_(size * (band + 1), Block::Zero()) {}

  size_t size() const { return size_; }
  // Of the lower triangle: column <= row <= column + band.
  Block& At(size_t row, size_t column) { return blocks_[row * (band_ + 1) + row - column]; }
  const Block& At(size_t row, size_t column) const {
    return blocks_[row * (band_ + 1) + row - column];
  }

  // Becomes its Cholesky factor L, with A = L L^T. False where A is not positive definite.
  bool Factor();
  // Of a factor: x of A x = b, in place.
  void Solve(std::vector<Part>& b) const;

 private:
  size_t FirstIn(size_t row) const { return row > band_ ? row - band_ : 0; }

  size_t size_, band_;
  std::vector<Block> blocks_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_BLOCK_BAND_H_

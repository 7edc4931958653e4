// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/block_band.h"

#include <Eigen/Cholesky>
#include <algorithm>

namespace videopose::internal {

bool BlockBand::Factor() {
  for (size_t row = 0; row < size_; ++row) {
    for (size_t column = FirstIn(row); column <= row; ++column) {
      Block& block = At(row, column);
      for (size_t k = FirstIn(row); k < column; ++k) {
        block.noalias() -= At(row, k) * At(column, k).transpose();
      }
      if (column < row) {
        const Block& own = At(column, column);
        block = own.triangularView<Eigen::Lower>().solve(block.transpose().eval()).transpose();
        continue;
      }
      const Eigen::LLT<Block> root(block);
      if (root.info() != Eigen::Success) return false;
      block = root.matrixL();
    }
  }
  return true;
}

void BlockBand::Solve(std::vector<Part>& b) const {
  for (size_t row = 0; row < size_; ++row) {
    for (size_t k = FirstIn(row); k < row; ++k) b[row].noalias() -= At(row, k) * b[k];
    At(row, row).triangularView<Eigen::Lower>().solveInPlace(b[row]);
  }
  for (size_t row = size_; row-- > 0;) {
    const Block& own = At(row, row);
    own.triangularView<Eigen::Lower>().transpose().solveInPlace(b[row]);
    for (size_t k = FirstIn(row); k < row; ++k) {
      b[k].noalias() -= At(row, k).transpose() * b[row];
    }
  }
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// Symmetric positive definite linear equations whose matrix is zero far from its diagonal, as
// chains of frames make them.

#ifndef VIDEOPOSE_GROUND_BANDED_SYSTEM_H_
#define VIDEOPOSE_GROUND_BANDED_SYSTEM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace videopose::internal {

class BandedSystem {
 public:
  // Entries (i, j) with |i - j| > half_width are zero.
  BandedSystem(int64_t size, int half_width);

  // Adds to the entries (row, column) and (column, row); row >= column.
  void Add(int64_t row, int64_t column, double value) { At(row, column) += value; }
  void AddRight(int64_t row, double value) { right_[row] += value; }

  // By Cholesky's decomposition L L^T, once: it overwrites the matrix.
  std::vector<double> Solve();

 private:
  double& At(int64_t row, int64_t column) {
    return band_[row * (half_width_ + 1) + half_width_ + column - row];
  }

  int64_t size_;
  int half_width_;
  std::vector<double> band_;  // (size, half_width + 1): the lower triangle, the diagonal last
  std::vector<double> right_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_BANDED_SYSTEM_H_

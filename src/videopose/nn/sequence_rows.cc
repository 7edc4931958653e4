// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/sequence_rows.h"

#include "videopose/base/check.h"
#include "videopose/base/parallel.h"

namespace videopose::internal {

void AddToRows(ConstMatrix added, const SequenceRows& rows, Matrix x) {
  VP_CHECK(x.data == rows.x.data && x.rows == rows.x.rows && x.cols == rows.x.cols,
           "rows of another matrix");
  VP_CHECK(added.cols == x.cols && (added.rows == 0 || rows.index(added.rows - 1) < x.rows),
           "({}, {}) to rows of ({}, {})", added.rows, added.cols, x.rows, x.cols);
  constexpr int64_t kLeastRows = 16;
  ParallelFor(added.rows, kLeastRows, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      const float* __restrict from = added.row(r);
      float* __restrict to = x.row(rows.index(r));
#pragma omp simd
      for (int64_t c = 0; c < x.cols; ++c) to[c] += from[c];
    }
  });
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// Rows picked at a regular step from each of the sequences in a batch.

#ifndef VIDEOPOSE_NN_SEQUENCE_ROWS_H_
#define VIDEOPOSE_NN_SEQUENCE_ROWS_H_

#include <cstdint>

#include "videopose/nn/matrix.h"

namespace videopose::internal {

// Of x (batch * frames_in, C), the rows (b, offset + t * step) for t < frames: row b * frames + t.
struct SequenceRows {
  ConstMatrix x;
  int64_t frames_in = 0, frames = 0;
  int64_t offset = 0, step = 1;

  int64_t index(int64_t row) const {
    return row / frames * frames_in + offset + row % frames * step;
  }
  const float* row(int64_t r) const { return x.row(index(r)); }
};

// Adds row r of `added` to rows.index(r) of x, which is rows.x but may be written to.
void AddToRows(ConstMatrix added, const SequenceRows& rows, Matrix x);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_SEQUENCE_ROWS_H_

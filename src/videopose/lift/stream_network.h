// SPDX-License-Identifier: Apache-2.0

// The temporal model frame by frame: every layer keeps the few past columns that it reads in a
// ring, so that a frame costs one column a layer and nothing is computed twice. (A column: the
// activations of one layer at one frame.)
//
// The pose of frame t looks `pad_after` frames ahead. With a look-ahead of N < pad_after it is
// computed when frame t + N is the newest, which is repeated for the missing future:
//
//   m = pad_after - N frames of padding, output at position m after the newest frame
//
// Of the columns after the newest frame, block i's input is read only at every dilation(i)-th. All
// columns whose receptive field of dilation(i) frames lies in the padding are equal. That leaves
// one column that sees both and one constant column a layer: beside the real one, three rows of the
// same GEMM, so the weights are still read once. (Dense models read all frames and have up to
// dilation(i) - 2 instead of the one.)
//
// This is no work for a Device (nn/device.h): a frame is a few products of matrix and vector, bound
// by reading the weights. It runs on this processor, with kernels of its own (stream_weights.h).

#ifndef VIDEOPOSE_LIFT_STREAM_NETWORK_H_
#define VIDEOPOSE_LIFT_STREAM_NETWORK_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "videopose/lift/stream_weights.h"
#include "videopose/lift/temporal_model.h"
#include "videopose/nn/matrix.h"

namespace videopose::internal {

struct StreamNetworkOptions {
  int64_t lookahead = 0;  // frames, 0 ... pad_after of the architecture
  int64_t sequences = 1;  // that can be under way at once
  WeightPrecision precision =
      WeightPrecision::kFloat32;  // of all layers but the first and the last
};

// Runs on the calling thread; allocates nothing after construction. The same input gives the same
// bits, whatever other sequences there are.
class StreamNetwork {
 public:
  StreamNetwork(const TemporalWeights& weights, const StreamNetworkOptions& options);

  // Frames by which the output is behind the input.
  int64_t lookahead() const { return lookahead_; }

  // The next frame pushed to this sequence is the first of another one.
  void Restart(int64_t sequence);

  // One frame for some of the sequences: input (N, input_channels), and what comes out for the
  // frame lookahead() before: output (N, output_channels). Before a sequence's first frame lies
  // that frame repeated. Outputs of the first lookahead() pushes are for frames before it and mean
  // nothing.
  void Push(std::span<const int64_t> sequences, ConstMatrix input, Matrix output);

 private:
  // A column that a block reads: one of the last frames (0: the newest, -1: the one before, ...)
  // or, where it lies after the newest frame, a row that the block before has made.
  struct Source {
    int64_t frame = 0;
    std::optional<size_t> row;
  };
  // One row of the GEMM that a block makes for each sequence.
  struct Row {
    std::vector<Source> taps;
    Source residual;
  };
  struct Block {
    StreamWeights dilated;
    std::optional<StreamWeights> pointwise;  // none in block 0
    std::vector<Row> rows;
    int64_t history_frames = 1;  // span + 1
    std::vector<float> history;  // (sequences, history_frames, C_in), of its input
    std::vector<float> output;   // (sequences, rows, C)
  };

  void PlanRows(const TemporalArchitecture& architecture);
  float* History(Block& block, int64_t sequence, int64_t frame);
  void RunBlock(size_t index, std::span<const int64_t> sequences);
  // Fills all history with this frame.
  void FillHistory(int64_t sequence, const float* input);

  int64_t lookahead_;
  std::vector<Block> blocks_;
  StreamWeights shrink_;
  std::vector<int64_t> newest_;  // frame of each sequence; -1: it has not begun
  std::vector<float> hidden_;    // between a block's two GEMMs
  std::vector<const float*> columns_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_STREAM_NETWORK_H_

// SPDX-License-Identifier: Apache-2.0

// The temporal convolutional network: 2D keypoints of a window of frames in, the 3D pose of one
// frame out. Pavllo et al., CVPR 2019, section 3. Inference only.
//
// All convolutions are valid, so T frames in give T - receptive_field + 1 frames out.

#ifndef VIDEOPOSE_LIFT_TEMPORAL_MODEL_H_
#define VIDEOPOSE_LIFT_TEMPORAL_MODEL_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/base.h"
#include "videopose/lift/architecture.h"
#include "videopose/lift/folded_convolution.h"

namespace videopose::internal {

struct TemporalWeights {
  TemporalArchitecture architecture;
  // Block 0's convolution, then for each further block the dilated one and the one of width 1.
  std::vector<ConvolutionWeights> convolutions;
  Tensor shrink_weight;            // (3 * J, C, 1)
  std::vector<float> shrink_bias;  // 3 * J
};

class TemporalModel {
 public:
  // Folds the batch norms into the convolutions. The shapes must agree with the architecture.
  explicit TemporalModel(const TemporalWeights& weights);

  const TemporalArchitecture& architecture() const { return architecture_; }

  // (T, input_channels) -> (T - receptive_field + 1, output_channels), or the same for a batch:
  // (B, T, input_channels) -> (B, T - receptive_field + 1, output_channels).
  // T >= receptive_field. Apart from input and output, memory does not grow with T but with B.
  Tensor Forward(const Tensor& input) const;

 private:
  friend class TemporalStream;

  struct Block {
    int64_t dilation = 1, span = 0, residual_offset = 0;  // frames
    FoldedConvolution dilated, pointwise;
  };

  TemporalArchitecture architecture_;
  FoldedConvolution expand_;  // block 0: its taps stacked to one (taps * C_in, C_out)
  std::vector<Block> blocks_;
  FoldedConvolution shrink_;
};

// The same network over sequences that come in pieces: each layer keeps the last rows that its next
// output needs, so nothing is computed twice and there is no seam. Several sequences of the same
// length can go through side by side, which makes larger GEMMs of the same weights.
class TemporalStream {
 public:
  // `model` must outlive the stream, which begins with one sequence.
  explicit TemporalStream(const TemporalModel& model);

  // Takes whole frames and appends to `output` all those that they complete: none until a receptive
  // field is full, then one for each. A frame is a row for each sequence, one after another:
  // (T, sequences, input_channels) -> (T', sequences, output_channels).
  void Push(std::span<const float> input_rows, std::vector<float>& output);

  // Forgets what came before: the next frame begins that many other sequences.
  void Reset(int64_t sequences = 1);

 private:
  // The rows that a layer has yet to read, oldest first.
  class Rows {
   public:
    explicit Rows(int64_t cols) : cols_(cols) {}
    int64_t count() const { return count_; }
    const float* row(int64_t r) const { return values_.data() + r * cols_; }
    float* Append(int64_t rows);  // where to write them
    void DropFront(int64_t rows);
    void Clear() { count_ = 0; }

   private:
    int64_t cols_;
    int64_t count_ = 0;
    std::vector<float> values_;
  };

  void PushChunk(std::span<const float> input_rows, std::vector<float>& output);
  // Block 0: from the input to the first layer's rows.
  void Expand();
  // From rows_[block] to rows_[block + 1].
  void RunBlock(size_t block);
  // From the last rows to `output`.
  void Shrink(std::vector<float>& output);

  float* Scratch(int64_t rows, int64_t cols);

  const TemporalModel& model_;
  int64_t sequences_ = 1;
  Rows input_;
  std::vector<Rows> rows_;  // the input of each block after block 0, and of the last layer
  std::vector<float> scratch_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_TEMPORAL_MODEL_H_

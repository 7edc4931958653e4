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
#include "videopose/nn/device.h"

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
  // `device` must outlive the model.
  explicit TemporalModel(const TemporalWeights& weights, Device& device = CpuDevice());

  const TemporalArchitecture& architecture() const { return architecture_; }

  // (T, input_channels) -> (T - receptive_field + 1, output_channels), or the same for a batch:
  // (B, T, input_channels) -> (B, T - receptive_field + 1, output_channels).
  // T >= receptive_field. Apart from input and output, memory does not grow with T but with B.
  Tensor Forward(const Tensor& input) const;

 private:
  friend class TemporalStream;

  // A folded convolution in the device's memory.
  struct Layer {
    Buffer weight;  // (taps * C_in, C_out)
    Buffer bias;    // C_out
  };
  struct Block {
    int64_t dilation = 1, span = 0, residual_offset = 0;  // frames
    Layer dilated, pointwise;
  };

  Layer Uploaded(const FoldedConvolution& convolution) const;

  TemporalArchitecture architecture_;
  Device* device_;
  Layer expand_;  // block 0
  std::vector<Block> blocks_;
  Layer shrink_;  // its weight is (C_out, C)
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
  // (T, sequences, input_channels) -> (T', sequences, output_channels). Both are in the host's
  // memory.
  void Push(std::span<const float> input_rows, std::vector<float>& output);

  // Forgets what came before: the next frame begins that many other sequences.
  void Reset(int64_t sequences = 1);

 private:
  // The rows that a layer has yet to read, oldest first.
  class Rows {
   public:
    Rows(Device& device, int64_t cols) : device_(&device), cols_(cols), values_(device) {}
    int64_t count() const { return count_; }
    const float* row(int64_t r) const { return values_.data() + r * cols_; }
    float* Append(int64_t rows);  // where to write them
    void DropFront(int64_t rows);
    void Clear() { count_ = 0; }

   private:
    Device* device_;
    int64_t cols_;
    int64_t count_ = 0;
    Buffer values_;
  };

  void PushChunk(std::span<const float> input_rows, std::vector<float>& output);
  // Block 0: from the input to the first layer's rows.
  void Expand();
  // From rows_[block] to rows_[block + 1].
  void RunBlock(size_t block);
  // From the last rows to `output`.
  void Shrink(std::vector<float>& output);

  Matrix Scratch(int64_t rows, int64_t cols);

  const TemporalModel& model_;
  Device& device_;
  int64_t sequences_ = 1;
  Rows input_;
  std::vector<Rows> rows_;  // the input of each block after block 0, and of the last layer
  Buffer scratch_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_TEMPORAL_MODEL_H_

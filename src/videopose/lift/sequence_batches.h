// SPDX-License-Identifier: Apache-2.0

// Sequences of different lengths through the temporal model, several of them side by side, so that
// short ones make as large GEMMs as long ones.

#ifndef VIDEOPOSE_LIFT_SEQUENCE_BATCHES_H_
#define VIDEOPOSE_LIFT_SEQUENCE_BATCHES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "videopose/base.h"
#include "videopose/lift/architecture.h"
#include "videopose/lift/temporal_model.h"

namespace videopose::internal {

// Which sequences to predict together, by index: of similar length, and no more than it takes to
// fill the GEMMs. So the memory that a batch needs grows with its longest sequence only. Sequences
// without frames are left out.
std::vector<std::vector<size_t>> SequenceBatches(const TemporalArchitecture& architecture,
                                                 std::span<const int64_t> frame_counts);

// One model over batch after batch; what it works in is allocated once.
class BatchPredictor {
 public:
  // `model` must outlive the predictor.
  explicit BatchPredictor(const TemporalModel& model) : model_(model), stream_(model) {}

  // (T_i, input_channels) -> (T_i, output_channels) for each sequence, T_i >= 1: the edge frames
  // are repeated as far as the receptive field reaches. Calls on_frames(n) after every n frames of
  // all sequences together; what it throws ends the work. The other sequences of a batch change a
  // result by rounding only.
  std::vector<Tensor> Predict(std::span<const Tensor> sequences,
                              const std::function<void(int64_t)>& on_frames = {});

 private:
  // Frames [begin, end) of all sequences, frame by frame, where 0 is the first sequence's first.
  void Interleave(std::span<const Tensor> sequences, int64_t begin, int64_t end);

  const TemporalModel& model_;
  TemporalStream stream_;
  std::vector<float> input_, output_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_SEQUENCE_BATCHES_H_

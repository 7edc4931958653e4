// SPDX-License-Identifier: Apache-2.0

// The temporal model in training: forward in training mode, backward. (Evaluation is the folded
// TemporalModel of Weights().)
//
//   TrainableModel model(InitialWeights(architecture, random), {.strided = true});
//   Adam adam(model.parameters().size());
//   for each batch:
//     const ConstMatrix poses = model.Forward(input, batch_size);
//     ... the loss and its gradient ...
//     model.Backward(gradient);
//     adam.Step(learning_rate, model.gradient(), model.parameters());
//
// Pavllo et al., CVPR 2019, section 3 and appendix A.5.

#ifndef VIDEOPOSE_TRAIN_TRAINABLE_MODEL_H_
#define VIDEOPOSE_TRAIN_TRAINABLE_MODEL_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/lift/temporal_model.h"
#include "videopose/nn/communicator.h"
#include "videopose/nn/device.h"
#include "videopose/nn/matrix.h"
#include "videopose/train/parameter_layout.h"

namespace videopose::internal {

struct TrainableModelOptions {
  // Compute only what one output frame needs. Input windows are then one receptive field long, and
  // the model may not be dense. The result is the same.
  bool strided = false;
  float dropout = 0.25F;  // 0 <= dropout < 1
  // With batches_seen() it decides what is dropped. Two networks want two seeds.
  uint64_t dropout_seed = 0;
  // Of all GEMMs but the first and the last, whose rounding shows in the joints.
  Precision precision = Precision::kSingle;
  // Those that learn together; gradients are sums over them. Batch norm's statistics are those of
  // the whole batch, or with `local_statistics` of this process's part of it.
  Communicator* processes = &OneProcess();
  bool local_statistics = false;
  Device* device = &CpuDevice();
};

// Seconds spent in training, by what they were spent on: the calls, where the device works beside
// the caller.
struct TrainingTimes {
  double gemm_s = 0;
  // Batch norm, ReLU, dropout and residuals:
  double statistics_s = 0;   // means and variances of a batch
  double activations_s = 0;  // the rest of the way forward
  double backward_s = 0;
};

class TrainableModel {
 public:
  TrainableModel(const TemporalWeights& weights, const TrainableModelOptions& options);
  TrainableModel(TrainableModel&&) = default;

  // Windows in, poses out: (batch * frames, input_channels) -> (batch * frames_out,
  // output_channels), row b * frames + t, all in the host's memory. Updates the running statistics.
  // The result is good until the next Forward. All buffers are kept from one call to the next.
  // Throws Error for a batch with fewer than two output frames, of which batch norm can make
  // nothing. `share`: which part of the batch this is.
  ConstMatrix Forward(ConstMatrix host_input, int64_t batch, const BatchShare& share = {});

  // From dL/d(the last Forward's result): gradient(), and dL/dinput where `host_input_gradient` is
  // not null. Once for each Forward, as it works in the memory of the activations. With several
  // processes, the gradient is good after the device's FinishSums() of these.
  void Backward(ConstMatrix host_output_gradient, const Matrix* host_input_gradient = nullptr);

  Device& device() const { return *options_.device; }
  // Parallel arrays in the device's memory, in the order of layout().
  std::span<float> parameters() { return parameters_.span(); }
  std::span<const float> gradient() const { return gradient_.span(); }
  const ParameterLayout& layout() const { return layout_; }

  // Of all batch norms, at first 0.1.
  void set_momentum(double momentum) { momentum_ = momentum; }
  double momentum() const { return momentum_; }

  // num_batches_tracked: how many times Forward was called.
  int64_t batches_seen() const { return batches_seen_; }
  void set_batches_seen(int64_t batches) { batches_seen_ = batches; }

  const TemporalArchitecture& architecture() const { return architecture_; }
  TemporalWeights Weights() const;
  // With local statistics, processes have different running ones: all get their mean.
  void ShareRunningStatistics();

  // Since the model was made.
  const TrainingTimes& times() const { return times_; }

 private:
  // A convolution and what follows it. y: the GEMM's result; h: what the next layer reads. Backward
  // overwrites both with their gradients.
  struct Layer {
    ConvolutionShape shape;
    // Where the shortcut around the block that this layer ends starts; frames = 0: it ends none.
    SequenceRows residual{{nullptr, 0, 0}};
    BatchNorm norm;
    Dropout dropout;
    Buffer statistics;  // norm's
    Buffer y, h;
  };

  void AddLayer(const ParameterLayout::Layer& slots, const BatchNormWeights& norm);
  void SetShapes(int64_t batch, int64_t frames, const BatchShare& share);
  void BeginSum(const ParameterSlot& first, const ParameterSlot& last);
  Matrix InputOf(size_t index);  // of a layer
  void ForwardLayer(size_t index);
  void BackwardLayer(size_t index, bool wants_input_gradient);
  int64_t channels() const { return architecture_.channels; }
  Matrix View(Buffer& values, const Layer& layer) const {
    return {values.data(), layer.shape.rows_out(), channels()};
  }

  TemporalArchitecture architecture_;
  TrainableModelOptions options_;
  ParameterLayout layout_;
  Buffer parameters_, gradient_;
  std::vector<Layer> layers_;
  Buffer input_, output_;  // and then their gradients
  Buffer scratch_;
  std::vector<float> host_output_;
  double momentum_ = 0.1;
  int64_t batches_seen_ = 0;
  TrainingTimes times_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_TRAINABLE_MODEL_H_

// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/trainable_model.h"

#include <chrono>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/nn/gemm.h"
#include "videopose/nn/pointwise.h"

namespace videopose::internal {
namespace {

// Adds the time between construction and destruction to `total_s`.
class Stopwatch {
 public:
  explicit Stopwatch(double& total_s) : total_s_(total_s) {}
  ~Stopwatch() { total_s_ += std::chrono::duration<double>(Clock::now() - start_).count(); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  double& total_s_;
  Clock::time_point start_ = Clock::now();
};

void Reserve(std::vector<float>& values, int64_t count) {
  if (values.size() < static_cast<size_t>(count)) values.resize(static_cast<size_t>(count));
}

std::span<float> SlotSpan(const ParameterSlot& slot, std::vector<float>& flat) {
  return std::span(flat).subspan(slot.offset, slot.size());
}

// Which layers end a block, and so add its input.
bool EndsBlock(size_t layer) { return layer > 0 && layer % 2 == 0; }

}  // namespace

TrainableModel::TrainableModel(const TemporalWeights& weights, const TrainableModelOptions& options)
    : architecture_(weights.architecture), options_(options), layout_(architecture_) {
  VP_CHECK(!(options.strided && architecture_.dense), "a dense model has no strided form");
  VP_CHECK(weights.convolutions.size() == layout_.layers.size(), "{} convolutions for {}",
           weights.convolutions.size(), layout_.layers.size());
  parameters_.resize(layout_.size);
  gradient_.resize(layout_.size);
  layers_.resize(layout_.layers.size());
  for (size_t i = 0; i < layers_.size(); ++i) {
    const ParameterLayout::Layer& slots = layout_.layers[i];
    const BatchNormWeights& norm = weights.convolutions[i].norm;
    WriteSlot(slots.weight, weights.convolutions[i].weight, parameters_);
    WriteSlot(slots.gamma, Tensor(slots.gamma.shape, norm.weight), parameters_);
    WriteSlot(slots.beta, Tensor(slots.beta.shape, norm.bias), parameters_);
    layers_[i].running_mean = norm.running_mean;
    layers_[i].running_variance = norm.running_var;
    layers_[i].norm.gamma = SlotSpan(slots.gamma, parameters_);
    layers_[i].norm.beta = SlotSpan(slots.beta, parameters_);
  }
  WriteSlot(layout_.shrink_weight, weights.shrink_weight, parameters_);
  WriteSlot(layout_.shrink_bias, Tensor(layout_.shrink_bias.shape, weights.shrink_bias),
            parameters_);
}

Matrix TrainableModel::SlotMatrix(const ParameterSlot& slot, std::vector<float>& flat) const {
  return {flat.data() + slot.offset, slot.shape[1] * slot.shape[2], slot.shape[0]};
}

void TrainableModel::SetShapes(int64_t batch, int64_t frames, const BatchShare& share) {
  for (size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    layer.shape = {.batch = batch, .frames_in = frames};
    if (i > 0) layer.shape.precision = options_.precision;
    if (!EndsBlock(i)) {
      const size_t block = (i + 1) / 2;
      layer.shape.taps = architecture_.kernel(block);
      if (options_.strided) {
        layer.shape.stride = layer.shape.taps;
      } else {
        layer.shape.dilation = architecture_.kernel_dilation(block);
      }
    } else {
      // The shortcut starts where the convolution before this layer does.
      const ConvolutionShape& first = layers_[i - 1].shape;
      const size_t block = i / 2;
      const int64_t width = architecture_.widths[block];
      layer.residual.frames_in = first.frames_in;
      layer.residual.frames = frames;
      layer.residual.step = first.stride;
      layer.residual.offset = !options_.strided      ? architecture_.residual_offset(block)
                              : architecture_.causal ? width - 1
                                                     : width / 2;
    }
    frames = layer.shape.frames_out();
    layer.norm.share = share.InRows(frames);
    const bool is_shared = share.whole > 0 && !options_.local_statistics;
    layer.norm.processes = is_shared ? options_.processes : nullptr;
    const int64_t measured = is_shared ? layer.norm.share.whole : layer.shape.rows_out();
    if (measured < 2) {
      Fail(
          "batch norm cannot learn from a batch of {}: drop the last batch or change the batch "
          "size",
          batch);
    }
    Reserve(layer.y, layer.shape.rows_out() * channels());
    Reserve(layer.h, layer.shape.rows_out() * channels());
  }
}

ConstMatrix TrainableModel::Forward(ConstMatrix input, int64_t batch, const BatchShare& share) {
  VP_CHECK(batch > 0 && input.rows % batch == 0 && input.cols == architecture_.input_channels,
           "({}, {}) for a batch of {}", input.rows, input.cols, batch);
  const int64_t frames = input.rows / batch, field = architecture_.receptive_field();
  VP_CHECK(options_.strided ? frames == field : frames >= field,
           "{} frames for a receptive field of {}", frames, field);
  input_ = input;
  SetShapes(batch, frames, share);
  for (size_t i = 0; i < layers_.size(); ++i) {
    ForwardLayer(i, i == 0 ? input : ConstMatrix(View(layers_[i - 1].h, layers_[i - 1])));
  }
  ++batches_seen_;
  Layer& last = layers_.back();
  const int64_t rows = last.shape.rows_out();
  Reserve(output_, rows * architecture_.output_channels);
  const Matrix output(output_.data(), rows, architecture_.output_channels);
  const Stopwatch stopwatch(times_.gemm_s);
  Multiply(View(last.h, last), SlotMatrix(layout_.shrink_weight, parameters_), output);
  AddBias(output, SlotSpan(layout_.shrink_bias, parameters_));
  return output;
}

void TrainableModel::ForwardLayer(size_t index, ConstMatrix x) {
  Layer& layer = layers_[index];
  const Matrix y = View(layer.y, layer);
  {
    const Stopwatch stopwatch(times_.gemm_s);
    Convolve(layer.shape, x, SlotMatrix(layout_.layers[index].weight, parameters_), y, scratch_);
  }
  {
    const Stopwatch stopwatch(times_.statistics_s);
    layer.norm.Measure(y);
    UpdateRunningStatistics(layer.norm, layer.norm.rows(y), momentum_, layer.running_mean,
                            layer.running_variance);
  }
  const Stopwatch stopwatch(times_.activations_s);
  layer.dropout = Dropout(options_.dropout,
                          DropoutKey(options_.dropout_seed, static_cast<uint64_t>(batches_seen_),
                                     static_cast<uint64_t>(index)));
  if (EndsBlock(index)) layer.residual.x = View(layers_[index - 2].h, layers_[index - 2]);
  NormReluDropout(y, layer.norm, layer.dropout, EndsBlock(index) ? &layer.residual : nullptr,
                  View(layer.h, layer));
}

void TrainableModel::Backward(ConstMatrix output_gradient, const Matrix* input_gradient) {
  Layer& last = layers_.back();
  VP_CHECK(output_gradient.rows == last.shape.rows_out() &&
               output_gradient.cols == architecture_.output_channels,
           "a gradient of ({}, {})", output_gradient.rows, output_gradient.cols);
  {
    const Stopwatch stopwatch(times_.gemm_s);
    const Matrix h = View(last.h, last);
    Multiply(h, output_gradient, SlotMatrix(layout_.shrink_weight, gradient_),
             {.transpose_a = true});
    SumRows(output_gradient, SlotSpan(layout_.shrink_bias, gradient_));
    Multiply(output_gradient, SlotMatrix(layout_.shrink_weight, parameters_), h,
             {.transpose_b = true});
  }
  BeginSum(layout_.shrink_weight, layout_.shrink_bias);
  for (size_t i = layers_.size(); i-- > 1;) {
    const Matrix x = View(layers_[i - 1].h, layers_[i - 1]);
    BackwardLayer(i, x, &x);
  }
  BackwardLayer(0, input_, input_gradient);
}

// Of the gradient from the one to the other.
void TrainableModel::BeginSum(const ParameterSlot& first, const ParameterSlot& last) {
  const size_t size = last.offset + last.size() - first.offset;
  options_.processes->BeginSum(std::span(gradient_).subspan(first.offset, size));
}

// The layer's h holds dL/dh. Its input x is needed for dL/dW, and only after that overwritten.
void TrainableModel::BackwardLayer(size_t index, ConstMatrix x, const Matrix* x_gradient) {
  Layer& layer = layers_[index];
  const ParameterLayout::Layer& slots = layout_.layers[index];
  const Matrix y = View(layer.y, layer);
  {
    const Stopwatch stopwatch(times_.backward_s);
    NormReluDropoutBackward(View(layer.h, layer), layer.norm, layer.dropout, y,
                            SlotSpan(slots.gamma, gradient_), SlotSpan(slots.beta, gradient_));
  }
  {
    const Stopwatch stopwatch(times_.gemm_s);
    ConvolveBackwardWeight(layer.shape, x, y, SlotMatrix(slots.weight, gradient_), scratch_);
  }
  BeginSum(slots.weight, slots.beta);
  {
    const Stopwatch stopwatch(times_.gemm_s);
    if (x_gradient == nullptr) return;
    ConvolveBackwardInput(layer.shape, y, SlotMatrix(slots.weight, parameters_), *x_gradient,
                          scratch_);
  }
  if (index + 1 < layers_.size() && EndsBlock(index + 1)) {
    const Stopwatch stopwatch(times_.backward_s);
    Layer& end = layers_[index + 1];
    AddToRows(View(end.h, end), end.residual, *x_gradient);
  }
}

void TrainableModel::ShareRunningStatistics() {
  for (Layer& layer : layers_) {
    for (std::vector<float>* values : {&layer.running_mean, &layer.running_variance}) {
      std::vector<double> sums(values->begin(), values->end());
      options_.processes->Sum(sums);
      for (size_t i = 0; i < sums.size(); ++i) {
        (*values)[i] = static_cast<float>(sums[i] / options_.processes->size());
      }
    }
  }
}

TemporalWeights TrainableModel::Weights() const {
  TemporalWeights weights{.architecture = architecture_};
  for (size_t i = 0; i < layers_.size(); ++i) {
    const ParameterLayout::Layer& slots = layout_.layers[i];
    weights.convolutions.push_back(
        {ReadSlot(slots.weight, parameters_),
         {ReadSlot(slots.gamma, parameters_).values, ReadSlot(slots.beta, parameters_).values,
          layers_[i].running_mean, layers_[i].running_variance}});
  }
  weights.shrink_weight = ReadSlot(layout_.shrink_weight, parameters_);
  weights.shrink_bias = ReadSlot(layout_.shrink_bias, parameters_).values;
  return weights;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/trainable_model.h"

#include <chrono>

#include "videopose/base/check.h"
#include "videopose/base/error.h"

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

// Of rows that lie one after another.
std::span<const float> FlatValues(ConstMatrix x) {
  VP_CHECK(x.stride == x.cols, "rows {} floats apart", x.stride);
  return {x.data, static_cast<size_t>(x.rows * x.cols)};
}

std::span<float> SlotSpan(const ParameterSlot& slot, Buffer& flat) {
  return flat.span().subspan(slot.offset, slot.size());
}

// Of a convolution's weight.
Matrix SlotMatrix(const ParameterSlot& slot, Buffer& flat) {
  return {flat.data() + slot.offset, slot.shape[1] * slot.shape[2], slot.shape[0]};
}

// Which layers end a block, and so add its input.
bool EndsBlock(size_t layer) { return layer > 0 && layer % 2 == 0; }

}  // namespace

TrainableModel::TrainableModel(const TemporalWeights& weights, const TrainableModelOptions& options)
    : architecture_(weights.architecture),
      options_(options),
      layout_(architecture_),
      parameters_(device(), layout_.size),
      gradient_(device(), layout_.size),
      input_(device()),
      output_(device()),
      scratch_(device()) {
  VP_CHECK(!(options.strided && architecture_.dense), "a dense model has no strided form");
  VP_CHECK(weights.convolutions.size() == layout_.layers.size(), "{} convolutions for {}",
           weights.convolutions.size(), layout_.layers.size());
  std::vector<float> parameters(layout_.size);
  for (size_t i = 0; i < layout_.layers.size(); ++i) {
    const ParameterLayout::Layer& slots = layout_.layers[i];
    const BatchNormWeights& norm = weights.convolutions[i].norm;
    WriteSlot(slots.weight, weights.convolutions[i].weight, parameters);
    WriteSlot(slots.gamma, Tensor(slots.gamma.shape, norm.weight), parameters);
    WriteSlot(slots.beta, Tensor(slots.beta.shape, norm.bias), parameters);
    AddLayer(slots, norm);
  }
  WriteSlot(layout_.shrink_weight, weights.shrink_weight, parameters);
  WriteSlot(layout_.shrink_bias, Tensor(layout_.shrink_bias.shape, weights.shrink_bias),
            parameters);
  device().Upload(parameters, parameters_.data());
}

void TrainableModel::AddLayer(const ParameterLayout::Layer& slots, const BatchNormWeights& norm) {
  const size_t channels = slots.gamma.size();
  constexpr size_t kStatistics = 5;
  Layer& layer = layers_.emplace_back(Layer{.statistics = Buffer(device(), kStatistics * channels),
                                            .y = Buffer(device()),
                                            .h = Buffer(device())});
  std::span<float> left = layer.statistics.span();
  const auto take = [&] {
    const std::span<float> taken = left.first(channels);
    left = left.subspan(channels);
    return taken;
  };
  layer.norm = {.gamma = SlotSpan(slots.gamma, parameters_),
                .beta = SlotSpan(slots.beta, parameters_),
                .mean = take(),
                .variance = take(),
                .scale = take(),
                .running_mean = take(),
                .running_variance = take()};
  device().Upload(norm.running_mean, layer.norm.running_mean.data());
  device().Upload(norm.running_var, layer.norm.running_variance.data());
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
      Fail(ErrorCode::kInvalidArgument,
           "batch norm cannot learn from a batch of {}: drop the last batch or change the batch "
           "size",
           batch);
    }
    layer.y.Reserve(static_cast<size_t>(layer.shape.rows_out() * channels()));
    layer.h.Reserve(static_cast<size_t>(layer.shape.rows_out() * channels()));
  }
}

Matrix TrainableModel::InputOf(size_t index) {
  if (index > 0) return View(layers_[index - 1].h, layers_[index - 1]);
  return {input_.data(), layers_[0].shape.rows_in(), architecture_.input_channels};
}

ConstMatrix TrainableModel::Forward(ConstMatrix host_input, int64_t batch,
                                    const BatchShare& share) {
  VP_CHECK(
      batch > 0 && host_input.rows % batch == 0 && host_input.cols == architecture_.input_channels,
      "({}, {}) for a batch of {}", host_input.rows, host_input.cols, batch);
  const int64_t frames = host_input.rows / batch, field = architecture_.receptive_field();
  VP_CHECK(options_.strided ? frames == field : frames >= field,
           "{} frames for a receptive field of {}", frames, field);
  SetShapes(batch, frames, share);
  input_.Reserve(FlatValues(host_input).size());
  device().Upload(FlatValues(host_input), input_.data());
  for (size_t i = 0; i < layers_.size(); ++i) ForwardLayer(i);
  ++batches_seen_;
  Layer& last = layers_.back();
  const auto size = static_cast<size_t>(last.shape.rows_out() * architecture_.output_channels);
  output_.Reserve(size);
  const Matrix output(output_.data(), last.shape.rows_out(), architecture_.output_channels);
  const Stopwatch stopwatch(times_.gemm_s);
  device().Multiply(View(last.h, last), SlotMatrix(layout_.shrink_weight, parameters_), output,
                    {.epilogue = {.bias = SlotSpan(layout_.shrink_bias, parameters_)}});
  host_output_.resize(size);
  device().Download(FlatValues(output), host_output_.data());
  return {host_output_.data(), output.rows, output.cols};
}

void TrainableModel::ForwardLayer(size_t index) {
  Layer& layer = layers_[index];
  const Matrix y = View(layer.y, layer);
  {
    const Stopwatch stopwatch(times_.gemm_s);
    device().Convolve(layer.shape, InputOf(index),
                      SlotMatrix(layout_.layers[index].weight, parameters_), y, {}, scratch_);
  }
  {
    const Stopwatch stopwatch(times_.statistics_s);
    device().MeasureBatch(y, layer.norm, momentum_);
  }
  const Stopwatch stopwatch(times_.activations_s);
  layer.dropout = Dropout(options_.dropout,
                          DropoutKey(options_.dropout_seed, static_cast<uint64_t>(batches_seen_),
                                     static_cast<uint64_t>(index)));
  if (EndsBlock(index)) layer.residual.x = InputOf(index - 1);
  device().NormReluDropout(y, layer.norm, layer.dropout,
                           EndsBlock(index) ? &layer.residual : nullptr, View(layer.h, layer));
}

void TrainableModel::Backward(ConstMatrix host_output_gradient, const Matrix* host_input_gradient) {
  Layer& last = layers_.back();
  VP_CHECK(host_output_gradient.rows == last.shape.rows_out() &&
               host_output_gradient.cols == architecture_.output_channels,
           "a gradient of ({}, {})", host_output_gradient.rows, host_output_gradient.cols);
  {
    const Stopwatch stopwatch(times_.gemm_s);
    const Matrix h = View(last.h, last);
    device().Upload(FlatValues(host_output_gradient), output_.data());
    const ConstMatrix gradient(output_.data(), h.rows, architecture_.output_channels);
    device().Multiply(h, gradient, SlotMatrix(layout_.shrink_weight, gradient_),
                      {.transpose_a = true});
    device().SumRows(gradient, SlotSpan(layout_.shrink_bias, gradient_));
    device().Multiply(gradient, SlotMatrix(layout_.shrink_weight, parameters_), h,
                      {.transpose_b = true});
  }
  BeginSum(layout_.shrink_weight, layout_.shrink_bias);
  for (size_t i = layers_.size(); i-- > 1;) BackwardLayer(i, true);
  BackwardLayer(0, host_input_gradient != nullptr);
  if (host_input_gradient == nullptr) return;
  device().Download(FlatValues(InputOf(0)), host_input_gradient->data);
}

// Of the gradient from the one to the other.
void TrainableModel::BeginSum(const ParameterSlot& first, const ParameterSlot& last) {
  const size_t size = last.offset + last.size() - first.offset;
  device().BeginSum(*options_.processes, gradient_.span().subspan(first.offset, size));
}

// The layer's h holds dL/dh. Its input x is needed for dL/dW, and only after that overwritten.
void TrainableModel::BackwardLayer(size_t index, bool wants_input_gradient) {
  Layer& layer = layers_[index];
  const ParameterLayout::Layer& slots = layout_.layers[index];
  const Matrix x = InputOf(index), y = View(layer.y, layer);
  {
    const Stopwatch stopwatch(times_.backward_s);
    device().NormReluDropoutBackward(View(layer.h, layer), layer.norm, layer.dropout, y,
                                     SlotSpan(slots.gamma, gradient_),
                                     SlotSpan(slots.beta, gradient_));
  }
  {
    const Stopwatch stopwatch(times_.gemm_s);
    device().ConvolveBackwardWeight(layer.shape, x, y, SlotMatrix(slots.weight, gradient_),
                                    scratch_);
  }
  BeginSum(slots.weight, slots.beta);
  if (!wants_input_gradient) return;
  {
    const Stopwatch stopwatch(times_.gemm_s);
    device().ConvolveBackwardInput(layer.shape, y, SlotMatrix(slots.weight, parameters_), x,
                                   scratch_);
  }
  if (index + 1 < layers_.size() && EndsBlock(index + 1)) {
    const Stopwatch stopwatch(times_.backward_s);
    Layer& end = layers_[index + 1];
    device().AddToRows(View(end.h, end), end.residual, x);
  }
}

void TrainableModel::ShareRunningStatistics() {
  for (Layer& layer : layers_) {
    for (const std::span<float> values : {layer.norm.running_mean, layer.norm.running_variance}) {
      std::vector<float> means = device().Downloaded(values);
      std::vector<double> sums(means.begin(), means.end());
      options_.processes->Sum(sums);
      for (size_t i = 0; i < sums.size(); ++i) {
        means[i] = static_cast<float>(sums[i] / options_.processes->size());
      }
      device().Upload(means, values.data());
    }
  }
}

TemporalWeights TrainableModel::Weights() const {
  const std::vector<float> parameters = device().Downloaded(parameters_.span());
  TemporalWeights weights{.architecture = architecture_};
  for (size_t i = 0; i < layers_.size(); ++i) {
    const ParameterLayout::Layer& slots = layout_.layers[i];
    weights.convolutions.push_back(
        {ReadSlot(slots.weight, parameters),
         {ReadSlot(slots.gamma, parameters).values, ReadSlot(slots.beta, parameters).values,
          device().Downloaded(layers_[i].norm.running_mean),
          device().Downloaded(layers_[i].norm.running_variance)}});
  }
  weights.shrink_weight = ReadSlot(layout_.shrink_weight, parameters);
  weights.shrink_bias = ReadSlot(layout_.shrink_bias, parameters).values;
  return weights;
}

}  // namespace videopose::internal

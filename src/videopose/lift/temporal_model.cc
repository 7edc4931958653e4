#include "videopose/lift/temporal_model.h"

#include <algorithm>
#include <cmath>

#include "videopose/base/check.h"
#include "videopose/nn/gemm.h"
#include "videopose/nn/pointwise.h"

namespace videopose {
namespace {

// Rows that go through all layers together: enough for the product to run at its full rate, few
// enough for the activations to stay in the cache between layers.
constexpr int64_t kChunkRows = 512;

constexpr double kBatchNormEpsilon = 1e-5;

}  // namespace

// gamma * (w * x - mean) / sqrt(var + eps) + beta = (w * s) * x + (beta - mean * s)
// with s = gamma / sqrt(var + eps)
TemporalModel::Affine TemporalModel::Fold(const ConvolutionWeights& convolution) {
  const Tensor& weight = convolution.weight;
  const BatchNormWeights& norm = convolution.norm;
  const int64_t out_channels = weight.dim(0), in_channels = weight.dim(1), taps = weight.dim(2);
  Affine folded;
  folded.taps.assign(static_cast<size_t>(taps),
                     std::vector<float>(static_cast<size_t>(in_channels * out_channels)));
  folded.bias.resize(static_cast<size_t>(out_channels));
  for (int64_t o = 0; o < out_channels; ++o) {
    const auto at = static_cast<size_t>(o);
    const double scale =
        norm.weight.at(at) / std::sqrt(norm.running_var.at(at) + kBatchNormEpsilon);
    folded.bias[at] = static_cast<float>(norm.bias.at(at) - norm.running_mean.at(at) * scale);
    for (int64_t i = 0; i < in_channels; ++i) {
      const float* source = weight.data() + (o * in_channels + i) * taps;
      for (int64_t k = 0; k < taps; ++k) {
        folded.taps[static_cast<size_t>(k)][static_cast<size_t>(i * out_channels + o)] =
            static_cast<float>(source[k] * scale);
      }
    }
  }
  return folded;
}

TemporalModel::TemporalModel(const TemporalWeights& weights) : architecture_(weights.architecture) {
  const size_t block_count = architecture_.widths.size();
  VP_CHECK(block_count > 0 && weights.convolutions.size() == 2 * block_count - 1,
           "{} convolutions for {} blocks", weights.convolutions.size(), block_count);
  const auto check_shape = [](const Tensor& tensor, int64_t out, int64_t in, int64_t taps) {
    VP_CHECK((tensor.shape == std::vector<int64_t>{out, in, taps}), "weights of shape ({})",
             fmt::join(tensor.shape, ", "));
  };
  const int64_t channels = architecture_.channels;
  check_shape(weights.convolutions[0].weight, channels, architecture_.input_channels,
              architecture_.kernel(0));
  Affine expand = Fold(weights.convolutions[0]);
  expand_.bias = std::move(expand.bias);
  expand_.taps.resize(1);
  for (const std::vector<float>& tap : expand.taps) {
    expand_.taps[0].insert(expand_.taps[0].end(), tap.begin(), tap.end());
  }
  for (size_t i = 1; i < block_count; ++i) {
    check_shape(weights.convolutions[2 * i - 1].weight, channels, channels,
                architecture_.kernel(i));
    check_shape(weights.convolutions[2 * i].weight, channels, channels, 1);
    blocks_.push_back({.dilation = architecture_.kernel_dilation(i),
                       .span = architecture_.span(i),
                       .residual_offset = architecture_.residual_offset(i),
                       .dilated = Fold(weights.convolutions[2 * i - 1]),
                       .pointwise = Fold(weights.convolutions[2 * i])});
  }
  check_shape(weights.shrink_weight, architecture_.output_channels, channels, 1);
  shrink_ = {{weights.shrink_weight.values}, weights.shrink_bias};
}

Tensor TemporalModel::Forward(const Tensor& input) const {
  const bool batched = input.rank() == 3;
  VP_CHECK((batched || input.rank() == 2) && input.shape.back() == architecture_.input_channels,
           "input of shape ({})", fmt::join(input.shape, ", "));
  const int64_t batch = batched ? input.dim(0) : 1;
  const int64_t frames = input.dim(batched ? 1 : 0);
  VP_CHECK(frames >= architecture_.receptive_field(), "{} frames for a receptive field of {}",
           frames, architecture_.receptive_field());
  const int64_t frames_out = frames - architecture_.receptive_field() + 1;
  Tensor output;
  output.shape = {frames_out, architecture_.output_channels};
  if (batched) output.shape.insert(output.shape.begin(), batch);
  output.values.reserve(static_cast<size_t>(Tensor::ElementCount(output.shape)));
  const auto sequence_size = static_cast<size_t>(frames * architecture_.input_channels);
  TemporalStream stream(*this);
  for (int64_t b = 0; b < batch; ++b) {
    stream.Reset();
    stream.Push(
        std::span(input.values).subspan(static_cast<size_t>(b) * sequence_size, sequence_size),
        output.values);
  }
  return output;
}

float* TemporalStream::Rows::Append(int64_t rows) {
  float* start = values_.data() + count_ * cols_;
  count_ += rows;
  VP_CHECK(count_ * cols_ <= static_cast<int64_t>(values_.size()), "{} rows", count_);
  return start;
}

void TemporalStream::Rows::DropFront(int64_t rows) {
  std::copy(row(rows), row(count_), values_.data());
  count_ -= rows;
}

TemporalStream::TemporalStream(const TemporalModel& model)
    : model_(model),
      input_(model.architecture_.input_channels, model.architecture_.span(0) + kChunkRows) {
  const int64_t channels = model.architecture_.channels;
  for (const TemporalModel::Block& block : model.blocks_) {
    rows_.emplace_back(channels, block.span + kChunkRows);
  }
  rows_.emplace_back(channels, kChunkRows);
  const int64_t window = model.architecture_.kernel(0) * model.architecture_.input_channels;
  scratch_.resize(static_cast<size_t>(kChunkRows * std::max(channels, window)));
}

void TemporalStream::Push(std::span<const float> input_rows, std::vector<float>& output) {
  const auto cols = static_cast<size_t>(model_.architecture_.input_channels);
  VP_CHECK(input_rows.size() % cols == 0, "{} values in rows of {}", input_rows.size(), cols);
  const size_t chunk = kChunkRows * cols;
  for (size_t begin = 0; begin < input_rows.size(); begin += chunk) {
    PushChunk(input_rows.subspan(begin, std::min(chunk, input_rows.size() - begin)), output);
  }
}

void TemporalStream::Reset() {
  input_.Clear();
  for (Rows& rows : rows_) rows.Clear();
}

void TemporalStream::PushChunk(std::span<const float> input_rows, std::vector<float>& output) {
  const int64_t rows =
      static_cast<int64_t>(input_rows.size()) / model_.architecture_.input_channels;
  std::copy(input_rows.begin(), input_rows.end(), input_.Append(rows));
  Expand();
  for (size_t block = 0; block < model_.blocks_.size(); ++block) RunBlock(block);
  Shrink(output);
}

void TemporalStream::Expand() {
  const int64_t taps = model_.architecture_.kernel(0), cols = model_.architecture_.input_channels;
  const int64_t rows = input_.count() - (taps - 1);
  if (rows <= 0) return;
  // So few channels make a poor product: the taps side by side make one that is `taps` times as
  // deep. Window t is frames t ... t + taps - 1, which already lie one after another.
  const int64_t window = taps * cols;
  for (int64_t t = 0; t < rows; ++t) {
    std::copy_n(input_.row(t), window, scratch_.data() + t * window);
  }
  const int64_t channels = model_.architecture_.channels;
  const Matrix hidden(rows_[0].Append(rows), rows, channels);
  Multiply({scratch_.data(), rows, window}, {model_.expand_.taps[0].data(), window, channels},
           hidden);
  AddBiasRelu(hidden, model_.expand_.bias);
  input_.DropFront(rows);
}

void TemporalStream::RunBlock(size_t index) {
  const TemporalModel::Block& block = model_.blocks_[index];
  Rows& in = rows_[index];
  const int64_t rows = in.count() - block.span;
  if (rows <= 0) return;
  const int64_t channels = model_.architecture_.channels;
  const Matrix hidden(scratch_.data(), rows, channels);
  for (size_t k = 0; k < block.dilated.taps.size(); ++k) {
    Multiply({in.row(static_cast<int64_t>(k) * block.dilation), rows, channels},
             {block.dilated.taps[k].data(), channels, channels}, hidden, {.accumulate = k > 0});
  }
  AddBiasRelu(hidden, block.dilated.bias);
  const Matrix out(rows_[index + 1].Append(rows), rows, channels);
  Multiply(hidden, {block.pointwise.taps[0].data(), channels, channels}, out);
  AddBiasReluResidual(out, block.pointwise.bias, {in.row(block.residual_offset), rows, channels});
  in.DropFront(rows);
}

void TemporalStream::Shrink(std::vector<float>& output) {
  const int64_t rows = rows_.back().count();
  if (rows == 0) return;
  const int64_t channels = model_.architecture_.channels,
                cols = model_.architecture_.output_channels;
  const size_t before = output.size();
  output.resize(before + static_cast<size_t>(rows * cols));
  const Matrix out(output.data() + before, rows, cols);
  Multiply({rows_.back().row(0), rows, channels}, {model_.shrink_.taps[0].data(), cols, channels},
           out, {.transpose_b = true});
  AddBias(out, model_.shrink_.bias);
  rows_.back().DropFront(rows);
}

}  // namespace videopose

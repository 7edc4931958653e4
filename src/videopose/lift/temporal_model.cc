// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/temporal_model.h"

#include <algorithm>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

// Rows that go through all layers together: so many that reading the weights, which do not fit in
// the cache, takes little of the time.
constexpr int64_t kChunkRows = 1024;

// (A, B, cols) -> (B, A, cols)
void SwapSequencesAndFrames(const float* x, int64_t a_count, int64_t b_count, int64_t cols,
                            float* y) {
  for (int64_t a = 0; a < a_count; ++a) {
    for (int64_t b = 0; b < b_count; ++b) {
      std::copy_n(x + (a * b_count + b) * cols, cols, y + (b * a_count + a) * cols);
    }
  }
}

}  // namespace

TemporalModel::TemporalModel(const TemporalWeights& weights, Device& device)
    : architecture_(weights.architecture),
      device_(&device),
      expand_{Buffer(device), Buffer(device)},
      shrink_{Buffer(device), Buffer(device)} {
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
  expand_ = Uploaded(Fold(weights.convolutions[0]));
  for (size_t i = 1; i < block_count; ++i) {
    check_shape(weights.convolutions[2 * i - 1].weight, channels, channels,
                architecture_.kernel(i));
    check_shape(weights.convolutions[2 * i].weight, channels, channels, 1);
    blocks_.push_back({.dilation = architecture_.kernel_dilation(i),
                       .span = architecture_.span(i),
                       .residual_offset = architecture_.residual_offset(i),
                       .dilated = Uploaded(Fold(weights.convolutions[2 * i - 1])),
                       .pointwise = Uploaded(Fold(weights.convolutions[2 * i]))});
  }
  check_shape(weights.shrink_weight, architecture_.output_channels, channels, 1);
  shrink_ = Uploaded({{weights.shrink_weight.values}, weights.shrink_bias});
}

TemporalModel::Layer TemporalModel::Uploaded(const FoldedConvolution& convolution) const {
  const size_t tap_size = convolution.taps.front().size();
  Layer layer{Buffer(*device_, convolution.taps.size() * tap_size),
              Buffer(*device_, convolution.bias.size())};
  float* to = layer.weight.data();
  for (const std::vector<float>& tap : convolution.taps) {
    device_->Upload(tap, to);
    to += tap_size;
  }
  device_->Upload(convolution.bias, layer.bias.data());
  return layer;
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
  const int64_t cols = architecture_.input_channels, cols_out = architecture_.output_channels;
  TemporalStream stream(*this);
  stream.Reset(batch);
  std::vector<float> by_frame(input.values.size()), output_by_frame;
  SwapSequencesAndFrames(input.data(), batch, frames, cols, by_frame.data());
  stream.Push(by_frame, output_by_frame);
  Tensor output({batch, frames_out, cols_out});
  SwapSequencesAndFrames(output_by_frame.data(), frames_out, batch, cols_out, output.data());
  if (!batched) output.shape = {frames_out, cols_out};
  return output;
}

float* TemporalStream::Rows::Append(int64_t rows) {
  const int64_t before = count_ * cols_;
  count_ += rows;
  values_.Reserve(static_cast<size_t>(count_ * cols_));
  return values_.data() + before;
}

void TemporalStream::Rows::DropFront(int64_t rows) {
  count_ -= rows;
  device_->Copy({row(rows), static_cast<size_t>(count_ * cols_)}, values_.data());
}

TemporalStream::TemporalStream(const TemporalModel& model)
    : model_(model),
      device_(*model.device_),
      input_(device_, model.architecture_.input_channels),
      scratch_(device_) {
  // The input of each further block, and of the last layer.
  for (size_t i = 0; i <= model.blocks_.size(); ++i) {
    rows_.emplace_back(device_, model.architecture_.channels);
  }
}

void TemporalStream::Reset(int64_t sequences) {
  VP_CHECK(sequences > 0, "{} sequences", sequences);
  sequences_ = sequences;
  input_.Clear();
  for (Rows& rows : rows_) rows.Clear();
}

Matrix TemporalStream::Scratch(int64_t rows, int64_t cols) {
  scratch_.Reserve(static_cast<size_t>(rows * cols));
  return {scratch_.data(), rows, cols};
}

void TemporalStream::Push(std::span<const float> input_rows, std::vector<float>& output) {
  const auto frame = static_cast<size_t>(sequences_ * model_.architecture_.input_channels);
  VP_CHECK(input_rows.size() % frame == 0, "{} values in frames of {}", input_rows.size(), frame);
  const size_t chunk = frame * static_cast<size_t>(std::max<int64_t>(1, kChunkRows / sequences_));
  for (size_t begin = 0; begin < input_rows.size(); begin += chunk) {
    PushChunk(input_rows.subspan(begin, std::min(chunk, input_rows.size() - begin)), output);
  }
}

void TemporalStream::PushChunk(std::span<const float> input_rows, std::vector<float>& output) {
  const int64_t rows =
      static_cast<int64_t>(input_rows.size()) / model_.architecture_.input_channels;
  device_.Upload(input_rows, input_.Append(rows));
  Expand();
  for (size_t block = 0; block < model_.blocks_.size(); ++block) RunBlock(block);
  Shrink(output);
}

// Frame t of sequence s is row t * sequences + s of every layer, so the frame before is `sequences`
// rows before.

void TemporalStream::Expand() {
  const int64_t cols = model_.architecture_.input_channels;
  const int64_t channels = model_.architecture_.channels;
  // All frames of all sequences as one sequence. In one GEMM over all taps, unlike RunBlock, as so
  // few channels would make poor ones.
  const ConvolutionShape shape{
      .frames_in = input_.count(), .taps = model_.architecture_.kernel(0), .dilation = sequences_};
  const int64_t rows = input_.count() - (shape.taps - 1) * sequences_;
  if (rows <= 0) return;
  device_.Convolve(shape, {input_.row(0), input_.count(), cols},
                   {model_.expand_.weight.data(), shape.taps * cols, channels},
                   {rows_[0].Append(rows), rows, channels},
                   {.bias = model_.expand_.bias.span(), .relu = true}, scratch_);
  input_.DropFront(rows);
}

void TemporalStream::RunBlock(size_t index) {
  const TemporalModel::Block& block = model_.blocks_[index];
  Rows& in = rows_[index];
  const int64_t rows = in.count() - block.span * sequences_;
  if (rows <= 0) return;
  const int64_t channels = model_.architecture_.channels, taps = block.span / block.dilation + 1;
  const Matrix hidden = Scratch(rows, channels);
  for (int64_t k = 0; k < taps; ++k) {
    MultiplyOptions options{.accumulate = k > 0};
    if (k == taps - 1) options.epilogue = {.bias = block.dilated.bias.span(), .relu = true};
    device_.Multiply({in.row(k * block.dilation * sequences_), rows, channels},
                     {block.dilated.weight.data() + k * channels * channels, channels, channels},
                     hidden, options);
  }
  const Matrix out(rows_[index + 1].Append(rows), rows, channels);
  device_.Multiply(
      hidden, {block.pointwise.weight.data(), channels, channels}, out,
      {.epilogue = {.bias = block.pointwise.bias.span(),
                    .relu = true,
                    .residual = {in.row(block.residual_offset * sequences_), rows, channels}}});
  in.DropFront(rows);
}

void TemporalStream::Shrink(std::vector<float>& output) {
  const int64_t rows = rows_.back().count();
  if (rows == 0) return;
  const int64_t channels = model_.architecture_.channels,
                cols = model_.architecture_.output_channels;
  const Matrix out = Scratch(rows, cols);
  device_.Multiply({rows_.back().row(0), rows, channels},
                   {model_.shrink_.weight.data(), cols, channels}, out,
                   {.transpose_b = true, .epilogue = {.bias = model_.shrink_.bias.span()}});
  const size_t before = output.size(), size = static_cast<size_t>(rows * cols);
  output.resize(before + size);
  device_.Download({out.data, size}, output.data() + before);
  rows_.back().DropFront(rows);
}

}  // namespace videopose::internal

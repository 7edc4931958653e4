// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/stream_network.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

// The last layer's weights are stored (C_out, C_in).
FoldedConvolution ShrinkLayer(const TemporalWeights& weights) {
  const int64_t out = weights.shrink_weight.dim(0), in = weights.shrink_weight.dim(1);
  std::vector<float> transposed(static_cast<size_t>(out * in));
  for (int64_t o = 0; o < out; ++o) {
    for (int64_t i = 0; i < in; ++i) {
      transposed[static_cast<size_t>(i * out + o)] = weights.shrink_weight.data()[o * in + i];
    }
  }
  return {{std::move(transposed)}, weights.shrink_bias};
}

// Coordinates in and out need more bits than activations between, and these layers are small.
constexpr WeightPrecision kAtTheEnds = WeightPrecision::kFloat32;

void Relu(float* __restrict x, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) x[i] = std::max(x[i], 0.0F);
}

void ReluAdd(float* __restrict x, const float* __restrict residual, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) x[i] = std::max(x[i], 0.0F) + residual[i];
}

// The positions after the newest frame at which a block is read, and whether it is also read where
// its whole receptive field is padding.
struct Needed {
  std::set<int64_t> positions;
  bool constant = false;

  size_t row_count() const { return positions.size() + (constant ? 1 : 0); }
  size_t RowOf(int64_t position) const {
    return static_cast<size_t>(std::distance(positions.begin(), positions.find(position)));
  }
};

}  // namespace

StreamNetwork::StreamNetwork(const TemporalWeights& weights, const StreamNetworkOptions& options)
    : lookahead_(options.lookahead),
      shrink_(ShrinkLayer(weights), kAtTheEnds),
      newest_(static_cast<size_t>(options.sequences), -1) {
  const TemporalArchitecture& architecture = weights.architecture;
  VP_CHECK(lookahead_ >= 0 && lookahead_ <= architecture.pad_after(), "look-ahead {} of {}",
           lookahead_, architecture.pad_after());
  for (size_t i = 0; i < architecture.widths.size(); ++i) {
    const size_t first = i == 0 ? 0 : 2 * i - 1;
    Block block{
        .dilated = {Fold(weights.convolutions.at(first)), i == 0 ? kAtTheEnds : options.precision}};
    if (i > 0) block.pointwise.emplace(Fold(weights.convolutions.at(first + 1)), options.precision);
    block.history_frames = architecture.span(i) + 1;
    block.history.resize(static_cast<size_t>(options.sequences * block.history_frames *
                                             block.dilated.in_channels()));
    blocks_.push_back(std::move(block));
  }
  PlanRows(architecture);
  size_t columns = 0, rows = 1;
  for (Block& block : blocks_) {
    rows = std::max(rows, block.rows.size());
    columns = std::max(columns, block.rows.size() * block.rows[0].taps.size());
    block.output.resize(static_cast<size_t>(options.sequences * architecture.channels) *
                        block.rows.size());
  }
  hidden_.resize(static_cast<size_t>(options.sequences * architecture.channels) * rows);
  columns_.resize(static_cast<size_t>(options.sequences) * columns);
}

// From the output back to the input: which positions of a block the ones after it read.
void StreamNetwork::PlanRows(const TemporalArchitecture& architecture) {
  Needed needed{.positions = {architecture.pad_after() - lookahead_}};
  for (size_t i = blocks_.size(); i-- > 0;) {
    Block& block = blocks_[i];
    const int64_t span = architecture.span(i);
    // A block's input is constant in the padding from here on; the network's own input is the
    // newest frame everywhere there.
    const int64_t constant_from = architecture.dilation(i) - 1;
    Needed before{.positions = {0}};
    const auto note = [&](int64_t position) {
      if (position <= 0 || i == 0) return;
      if (position >= constant_from) {
        before.constant = true;
      } else {
        before.positions.insert(position);
      }
    };
    const auto for_each_tap = [&](int64_t position, const auto& use) {
      for (int64_t k = 0; k <= span; k += architecture.kernel_dilation(i)) use(position - span + k);
    };
    for (const int64_t position : needed.positions) for_each_tap(position, note);
    if (needed.constant && i > 0) before.constant = true;

    const auto source = [&](int64_t position) -> Source {
      if (position <= 0) return {.frame = position};
      if (i == 0) return {};
      const bool constant = position >= constant_from;
      return {.row = constant ? before.positions.size() : before.RowOf(position)};
    };
    const auto add_row = [&](int64_t position) {
      Row row;
      for_each_tap(position, [&](int64_t at) { row.taps.push_back(source(at)); });
      row.residual = source(position - span + architecture.residual_offset(i));
      block.rows.push_back(std::move(row));
    };
    for (const int64_t position : needed.positions) add_row(position);
    if (needed.constant) add_row(span + constant_from + 1);
    needed = std::move(before);
  }
}

void StreamNetwork::Restart(int64_t sequence) { newest_.at(static_cast<size_t>(sequence)) = -1; }

float* StreamNetwork::History(Block& block, int64_t sequence, int64_t frame) {
  const int64_t newest = newest_[static_cast<size_t>(sequence)];
  const int64_t slot = (newest + frame + block.history_frames) % block.history_frames;
  return block.history.data() +
         (sequence * block.history_frames + slot) * block.dilated.in_channels();
}

void StreamNetwork::Push(std::span<const int64_t> sequences, ConstMatrix input, Matrix output) {
  VP_CHECK(sequences.size() <= newest_.size() && input.rows == std::ssize(sequences) &&
               output.rows == input.rows && input.cols == blocks_[0].dilated.in_channels(),
           "({}, {}) for {} sequences", input.rows, input.cols, sequences.size());
  for (int64_t n = 0; n < input.rows; ++n) {
    const int64_t sequence = sequences[static_cast<size_t>(n)];
    int64_t& newest = newest_.at(static_cast<size_t>(sequence));
    if (newest++ < 0) FillHistory(sequence, input.row(n));
    std::copy_n(input.row(n), input.cols, History(blocks_[0], sequence, 0));
  }
  for (size_t i = 0; i < blocks_.size(); ++i) RunBlock(i, sequences);
  const Block& last = blocks_.back();
  for (size_t n = 0; n < sequences.size(); ++n) {
    columns_[n] = last.output.data() + static_cast<int64_t>(n) * last.dilated.out_channels();
  }
  shrink_.Apply(std::span(columns_).first(sequences.size()), output);
}

void StreamNetwork::RunBlock(size_t index, std::span<const int64_t> sequences) {
  Block& block = blocks_[index];
  const auto row_count = static_cast<int64_t>(block.rows.size());
  const int64_t rows = std::ssize(sequences) * row_count, channels = block.dilated.out_channels();
  const auto column = [&](int64_t n, const Source& source) -> const float* {
    if (!source.row) return History(block, sequences[static_cast<size_t>(n)], source.frame);
    const Block& before = blocks_[index - 1];
    return before.output.data() +
           (n * std::ssize(before.rows) + static_cast<int64_t>(*source.row)) *
               block.dilated.in_channels();
  };
  size_t count = 0;
  for (int64_t n = 0; n < std::ssize(sequences); ++n) {
    for (const Row& row : block.rows) {
      for (const Source& tap : row.taps) columns_[count++] = column(n, tap);
    }
  }
  const Matrix out(block.output.data(), rows, channels);
  const Matrix hidden = block.pointwise ? Matrix(hidden_.data(), rows, channels) : out;
  block.dilated.Apply(std::span(columns_).first(count), hidden);
  Relu(hidden.data, rows * channels);
  if (block.pointwise) {
    for (int64_t r = 0; r < rows; ++r) columns_[static_cast<size_t>(r)] = hidden.row(r);
    block.pointwise->Apply(std::span(columns_).first(static_cast<size_t>(rows)), out);
    for (int64_t r = 0; r < rows; ++r) {
      const Source& residual = block.rows[static_cast<size_t>(r % row_count)].residual;
      ReluAdd(out.row(r), column(r / row_count, residual), channels);
    }
  }
  if (index + 1 == blocks_.size()) return;
  for (int64_t n = 0; n < std::ssize(sequences); ++n) {
    std::copy_n(out.row(n * row_count), channels,
                History(blocks_[index + 1], sequences[static_cast<size_t>(n)], 0));
  }
}

void StreamNetwork::FillHistory(int64_t sequence, const float* input) {
  for (Block& block : blocks_) {
    const int64_t in = block.dilated.in_channels(), out = block.dilated.out_channels();
    for (int64_t t = 0; t < block.history_frames; ++t) {
      std::copy_n(input, in, History(block, sequence, -t));
    }
    input = History(block, sequence, 0);
    const Matrix result(block.output.data(), 1, out);
    const Matrix hidden = block.pointwise ? Matrix(hidden_.data(), 1, out) : result;
    std::fill_n(columns_.begin(), block.dilated.taps(), input);
    block.dilated.Apply(std::span(columns_).first(static_cast<size_t>(block.dilated.taps())),
                        hidden);
    Relu(hidden.data, out);
    if (block.pointwise) {
      columns_[0] = hidden.data;
      block.pointwise->Apply(std::span(columns_).first(1), result);
      ReluAdd(result.data, input, out);
    }
    input = result.data;
  }
}

}  // namespace videopose::internal

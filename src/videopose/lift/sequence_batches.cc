// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/sequence_batches.h"

#include <algorithm>
#include <numeric>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

// The least number of frames of a batch, edges included, where there are so many: then reading the
// weights costs little compared with the arithmetic.
constexpr int64_t kBatchFrames = 1024;

// Frames that go through together, of all sequences: also how often progress is reported.
constexpr int64_t kPieceFrames = 1024;

// The shortest of a batch is padded by at most 1 / 16 of its frames to the longest one's length.
bool AreSimilar(int64_t longest, int64_t shortest) { return 16 * (longest - shortest) <= shortest; }

}  // namespace

std::vector<std::vector<size_t>> SequenceBatches(const TemporalArchitecture& architecture,
                                                 std::span<const int64_t> frame_counts) {
  const int64_t edges = architecture.receptive_field() - 1;
  std::vector<size_t> by_length(frame_counts.size());
  std::iota(by_length.begin(), by_length.end(), 0);
  std::stable_sort(by_length.begin(), by_length.end(),
                   [&](size_t a, size_t b) { return frame_counts[a] > frame_counts[b]; });
  std::vector<std::vector<size_t>> batches;
  int64_t longest = 0;
  for (const size_t i : by_length) {
    if (frame_counts[i] == 0) break;
    const int64_t frames = frame_counts[i] + edges;
    if (batches.empty() || !AreSimilar(longest, frames) ||
        static_cast<int64_t>(batches.back().size()) * longest >= kBatchFrames) {
      batches.emplace_back();
      longest = frames;
    }
    batches.back().push_back(i);
  }
  return batches;
}

std::vector<Tensor> BatchPredictor::Predict(std::span<const Tensor> sequences,
                                            const std::function<void(int64_t)>& on_frames) {
  const TemporalArchitecture& architecture = model_.architecture();
  const int64_t cols_in = architecture.input_channels, cols = architecture.output_channels;
  int64_t longest = 0;
  std::vector<Tensor> predicted;
  for (const Tensor& sequence : sequences) {
    VP_CHECK(sequence.rank() == 2 && sequence.dim(0) > 0 && sequence.dim(1) == cols_in,
             "sequence of shape ({})", fmt::join(sequence.shape, ", "));
    longest = std::max(longest, sequence.dim(0));
    predicted.emplace_back(std::vector<int64_t>{sequence.dim(0), cols});
  }
  if (sequences.empty()) return predicted;

  const auto lanes = static_cast<int64_t>(sequences.size());
  stream_.Reset(lanes);
  const int64_t piece = std::max<int64_t>(1, kPieceFrames / lanes);
  const int64_t end = longest + architecture.pad_after();
  int64_t done = 0;  // frames of each
  for (int64_t begin = -architecture.pad_before(); begin < end; begin += piece) {
    Interleave(sequences, begin, std::min(begin + piece, end));
    output_.clear();
    stream_.Push(input_, output_);
    const int64_t frames = static_cast<int64_t>(output_.size()) / (lanes * cols);
    int64_t count = 0;
    for (int64_t lane = 0; lane < lanes; ++lane) {
      Tensor& to = predicted[static_cast<size_t>(lane)];
      const int64_t used = std::clamp<int64_t>(to.dim(0) - done, 0, frames);
      for (int64_t t = 0; t < used; ++t) {
        std::copy_n(output_.data() + (t * lanes + lane) * cols, cols,
                    to.data() + (done + t) * cols);
      }
      count += used;
    }
    done += frames;
    if (on_frames) on_frames(count);
  }
  return predicted;
}

void BatchPredictor::Interleave(std::span<const Tensor> sequences, int64_t begin, int64_t end) {
  const int64_t cols = model_.architecture().input_channels;
  input_.resize(static_cast<size_t>((end - begin) * cols) * sequences.size());
  float* to = input_.data();
  for (int64_t t = begin; t < end; ++t) {
    for (const Tensor& sequence : sequences) {
      const int64_t frame = std::clamp<int64_t>(t, 0, sequence.dim(0) - 1);
      to = std::copy_n(sequence.data() + frame * cols, cols, to);
    }
  }
}

}  // namespace videopose::internal

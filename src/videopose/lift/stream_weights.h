// SPDX-License-Identifier: Apache-2.0

// A layer's weights, laid out to be read once from front to back for few columns of input. A
// network that runs frame by frame spends most of its time reading weights, so they can be stored
// in fewer bits.

#ifndef VIDEOPOSE_LIFT_STREAM_WEIGHTS_H_
#define VIDEOPOSE_LIFT_STREAM_WEIGHTS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "videopose/lift.h"
#include "videopose/lift/folded_convolution.h"
#include "videopose/nn/matrix.h"

namespace videopose::internal {

// y_r = sum over k of W_k x_{r,k} + bias
//
// With fewer bits the rounding errors of a channel's taps cancel for activations that do not change
// from tap to tap: their sum is the last one's alone.
//
// Every y is summed in the order k = 0, 1, ..., channels 0, 1, ... within, whatever else is
// computed beside it, so results do not depend on the number of columns, on threads or on the
// processor.
class StreamWeights {
 public:
  StreamWeights(const FoldedConvolution& layer, WeightPrecision precision);

  int64_t taps() const { return taps_; }
  int64_t in_channels() const { return in_channels_; }
  int64_t out_channels() const { return static_cast<int64_t>(bias_.size()); }
  int64_t size_bytes() const;

  // columns[r * taps() + k] is x_{r,k}, in_channels() values; y is (R, out_channels()).
  void Apply(std::span<const float* const> columns, Matrix y) const;

 private:
  struct alignas(64) CacheLine {
    std::byte bytes[64];
  };
  template <typename Row>
  void Store(const FoldedConvolution& layer);
  template <typename Row>
  void ApplyAs(std::span<const float* const> columns, Matrix y) const;

  WeightPrecision precision_;
  int64_t taps_ = 0, in_channels_ = 0;
  // A panel is 32 outputs, the last one filled up with zeros; a group is 32 inputs, the last one
  // may be smaller.
  std::vector<CacheLine> values_;  // (panels, taps, C_in, 32)
  std::vector<CacheLine> scales_;  // kInt8: (panels, taps, groups, 32)
  std::vector<float> bias_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_STREAM_WEIGHTS_H_

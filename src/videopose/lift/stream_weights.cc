// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/stream_weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

constexpr int64_t kPanel = 32;  // outputs that are summed at once, in registers
constexpr int64_t kGroup = 32;  // inputs that share a scale
constexpr int64_t kLanes = 16;

// The width that the widest processors add at once; the compiler splits it for others.
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));
using IntLanes = int32_t __attribute__((vector_size(kLanes * sizeof(int32_t))));
using HalfLanes = uint16_t __attribute__((vector_size(kLanes * sizeof(uint16_t))));

// Weights of one input for the outputs of a panel, as they are stored. Set gives what is stored.
struct Float32Row {
  float values[kPanel];

  float Set(int64_t output, float weight, float /*scale*/) { return values[output] = weight; }
  void Load(const float* /*scales*/, Lanes& low, Lanes& high) const {
    std::memcpy(&low, values, sizeof(low));
    std::memcpy(&high, values + kLanes, sizeof(high));
  }
};

struct BFloat16Row {
  uint16_t values[kPanel];

  // To nearest, ties to even; weights are finite.
  float Set(int64_t output, float weight, float /*scale*/) {
    const auto bits = std::bit_cast<uint32_t>(weight);
    values[output] = static_cast<uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    return std::bit_cast<float>(static_cast<uint32_t>(values[output]) << 16);
  }
  void Load(const float* /*scales*/, Lanes& low, Lanes& high) const {
    LoadLanes(values, low);
    LoadLanes(values + kLanes, high);
  }

 private:
  static void LoadLanes(const uint16_t* from, Lanes& lanes) {
    HalfLanes halves;
    std::memcpy(&halves, from, sizeof(halves));
    const IntLanes bits = __builtin_convertvector(halves, IntLanes) << 16;
    std::memcpy(&lanes, &bits, sizeof(lanes));
  }
};

struct Int8Row {
  // Outputs o and o + 16 share the bytes of one number, which unpacks without moving lanes.
  uint16_t pairs[kLanes];

  float Set(int64_t output, float weight, float scale) {
    const float steps = scale > 0 ? std::clamp(weight / scale, -127.0F, 127.0F) : 0;
    const auto whole = static_cast<int8_t>(std::lround(steps));
    pairs[output % kLanes] |=
        static_cast<uint16_t>(static_cast<uint8_t>(whole) << (output < kLanes ? 0 : 8));
    return static_cast<float>(whole) * scale;
  }
  void Load(const float* scales, Lanes& low, Lanes& high) const {
    HalfLanes halves;
    std::memcpy(&halves, pairs, sizeof(halves));
    const IntLanes both = __builtin_convertvector(halves, IntLanes);
    Lanes scale[2];
    std::memcpy(scale, scales, sizeof(scale));
    low = __builtin_convertvector((both << 24) >> 24, Lanes) * scale[0];
    high = __builtin_convertvector((both << 16) >> 24, Lanes) * scale[1];
  }
};

// One panel for kRows rows: sums[r][o] = sum over taps and inputs of weights * columns.
template <int kRows, typename Row>
void SumPanel(const Row* weights, const float* scales, int64_t taps, int64_t in_channels,
              const float* const* columns, float (*sums)[kPanel]) {
  Lanes sum[kRows][2] = {};
  for (int64_t tap = 0; tap < taps; ++tap) {
    const float* x[kRows];
    for (int r = 0; r < kRows; ++r) x[r] = columns[r * taps + tap];
    for (int64_t group = 0; group < in_channels; group += kGroup) {
      const int64_t end = std::min(group + kGroup, in_channels);
      for (int64_t i = group; i < end; ++i) {
        Lanes low, high;
        (weights++)->Load(scales, low, high);
#pragma GCC unroll 8
        for (int r = 0; r < kRows; ++r) {
          sum[r][0] += x[r][i] * low;
          sum[r][1] += x[r][i] * high;
        }
      }
      if constexpr (std::is_same_v<Row, Int8Row>) scales += kPanel;
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) std::memcpy(sums[r], sum[r], sizeof(sum[r]));
}

// Calls body.operator()<n>(first row) for all rows, n = 8 at a time and then the rest at once.
template <int kRest = 7, typename Body>
void InGroupsOfRows(int64_t rows, const Body& body, int64_t row = 0) {
  if constexpr (kRest == 7) {
    for (; row + 8 <= rows; row += 8) body.template operator()<8>(row);
  }
  if constexpr (kRest > 0) {
    if (rows - row == kRest) return body.template operator()<kRest>(row);
    InGroupsOfRows<kRest - 1>(rows, body, row);
  }
}

int64_t DivideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

}  // namespace

StreamWeights::StreamWeights(const FoldedConvolution& layer, WeightPrecision precision)
    : precision_(precision),
      taps_(std::ssize(layer.taps)),
      in_channels_(std::ssize(layer.taps.at(0)) / std::ssize(layer.bias)),
      bias_(layer.bias) {
  switch (precision) {
    case WeightPrecision::kFloat32:
      Store<Float32Row>(layer);
      break;
    case WeightPrecision::kBFloat16:
      Store<BFloat16Row>(layer);
      break;
    case WeightPrecision::kInt8:
      Store<Int8Row>(layer);
      break;
  }
}

int64_t StreamWeights::size_bytes() const {
  return static_cast<int64_t>((values_.size() + scales_.size()) * sizeof(CacheLine));
}

template <typename Row>
void StreamWeights::Store(const FoldedConvolution& layer) {
  const int64_t panels = DivideUp(out_channels(), kPanel), groups = DivideUp(in_channels_, kGroup);
  values_.resize(
      static_cast<size_t>(panels * taps_ * in_channels_) * sizeof(Row) / sizeof(CacheLine) + 1);
  scales_.resize(static_cast<size_t>(panels * taps_ * groups * kPanel) * sizeof(float) /
                 sizeof(CacheLine));
  auto* rows = reinterpret_cast<Row*>(values_.data());
  auto* scales = reinterpret_cast<float*>(scales_.data());
  for (int64_t begin = 0; begin < out_channels(); begin += kPanel) {
    const int64_t outputs = std::min(kPanel, out_channels() - begin);
    const auto weight = [&](int64_t tap, int64_t i, int64_t o) {
      return layer
          .taps[static_cast<size_t>(tap)][static_cast<size_t>(i * out_channels() + begin + o)];
    };
    for (int64_t i = 0; i < in_channels_; ++i) {
      for (int64_t tap = 0; tap < taps_; ++tap) {
        float* scale = scales + (tap * groups + i / kGroup) * kPanel;
        for (int64_t o = 0; o < outputs; ++o) {
          scale[o] = std::max(scale[o], std::abs(weight(tap, i, o)) / 127);
        }
      }
    }
    // An activation differs little from tap to tap, as people do from frame to frame: a tap's
    // rounding error is carried on to the next one's weight, so that they nearly cancel.
    for (int64_t i = 0; i < in_channels_; ++i) {
      float carries[kPanel] = {};
      for (int64_t tap = 0; tap < taps_; ++tap) {
        const float* scale = scales + (tap * groups + i / kGroup) * kPanel;
        for (int64_t o = 0; o < outputs; ++o) {
          const float wanted = weight(tap, i, o) + carries[o];
          carries[o] = wanted - rows[tap * in_channels_ + i].Set(o, wanted, scale[o]);
        }
      }
    }
    rows += taps_ * in_channels_;
    scales += taps_ * groups * kPanel;
  }
  if constexpr (!std::is_same_v<Row, Int8Row>) scales_.clear();
}

template <typename Row>
void StreamWeights::ApplyAs(std::span<const float* const> columns, Matrix y) const {
  const auto* weights = reinterpret_cast<const Row*>(values_.data());
  const auto* scales = reinterpret_cast<const float*>(scales_.data());
  for (int64_t begin = 0; begin < out_channels(); begin += kPanel) {
    const int64_t outputs = std::min(kPanel, out_channels() - begin);
    InGroupsOfRows(y.rows, [&]<int kRows>(int64_t row) {
      float sums[kRows][kPanel];
      SumPanel<kRows>(weights, scales, taps_, in_channels_, columns.data() + row * taps_, sums);
      for (int r = 0; r < kRows; ++r) {
        float* out = y.row(row + r) + begin;
        for (int64_t o = 0; o < outputs; ++o) {
          out[o] = sums[r][o] + bias_[static_cast<size_t>(begin + o)];
        }
      }
    });
    weights += taps_ * in_channels_;
    if (scales != nullptr) scales += taps_ * DivideUp(in_channels_, kGroup) * kPanel;
  }
}

void StreamWeights::Apply(std::span<const float* const> columns, Matrix y) const {
  VP_CHECK(std::ssize(columns) == y.rows * taps_ && y.cols == out_channels(),
           "{} columns for {} rows of {}", columns.size(), y.rows, y.cols);
  switch (precision_) {
    case WeightPrecision::kFloat32:
      return ApplyAs<Float32Row>(columns, y);
    case WeightPrecision::kBFloat16:
      return ApplyAs<BFloat16Row>(columns, y);
    case WeightPrecision::kInt8:
      return ApplyAs<Int8Row>(columns, y);
  }
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/pose_ranges.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace videopose::internal {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool AreChannels(int64_t dim) { return dim == 2 || dim == 3; }

// Of Human3.6M: 32 joints in a row, (N, 96) or (96, N).
std::vector<BasicTensor<double>> PosesOfRows(BasicTensor<double> values, bool is_transposed) {
  constexpr int64_t kJoints = 32, kRow = 3 * kJoints;
  const int64_t frames = values.dim(is_transposed ? 1 : 0);
  if (!is_transposed) return {{{frames, kJoints, 3}, std::move(values.values)}};
  BasicTensor<double> poses({frames, kJoints, 3});
  for (int64_t i = 0; i < kRow; ++i) {
    for (int64_t t = 0; t < frames; ++t) {
      poses.data()[t * kRow + i] = values.data()[i * frames + t];
    }
  }
  return {std::move(poses)};
}

}  // namespace

void PoseRanges::Add(const BasicTensor<double>& poses) {
  const auto channels = static_cast<size_t>(poses.dim(2));
  if (!low_.empty() && low_.size() != channels) return;
  low_.resize(channels, kInfinity);
  high_.resize(channels, -kInfinity);
  frames_ += poses.dim(0);
  joints_ = poses.dim(1);
  const int64_t row = poses.dim(1) * poses.dim(2);
  for (int64_t t = 0; t < poses.dim(0); ++t) {
    bool has_gap = false;
    for (int64_t i = 0; i < row; ++i) {
      const double value = poses.data()[t * row + i];
      const auto c = static_cast<size_t>(i) % channels;
      has_gap = has_gap || std::isnan(value);
      low_[c] = std::min(low_[c], value);  // NaN is not less
      high_[c] = std::max(high_[c], value);
    }
    if (has_gap) ++gaps_;
  }
}

std::string PoseRanges::Text() const {
  if (frames_ == 0) return "0 frames";
  std::string text = fmt::format("{} frames of {} joints;", frames_, joints_);
  for (size_t c = 0; c < low_.size(); ++c) {
    text += fmt::format("{} {} {:.4g} to {:.4g}", c == 0 ? "" : ",", c < 3 ? "xyz"[c] : 'c',
                        low_[c], high_[c]);
  }
  if (gaps_ > 0) text += fmt::format("; {} frames with NaN", gaps_);
  return text;
}

std::vector<BasicTensor<double>> PosesOf(BasicTensor<double> values) {
  constexpr int64_t kRow = 96, kFewest = 14, kMost = 32;
  std::vector<int64_t>& shape = values.shape;
  if (shape.size() == 3 && shape[0] == 1 && shape[2] == kRow) shape.erase(shape.begin());
  if (shape.size() == 2 && (shape[1] == kRow || shape[0] == kRow)) {
    const bool is_transposed = shape[1] != kRow;
    return PosesOfRows(std::move(values), is_transposed);
  }
  if (shape.size() < 3 || shape.size() > 4 || !AreChannels(shape.back())) return {};
  const int64_t joints = shape[shape.size() - 2];
  if (joints < kFewest || joints > kMost) return {};
  if (shape.size() == 3) return {std::move(values)};
  std::vector<BasicTensor<double>> cameras;
  const int64_t count = shape[1] * shape[2] * shape[3];
  for (int64_t c = 0; c < shape[0]; ++c) {
    const auto begin = values.values.begin() + c * count;
    cameras.push_back({{shape[1], shape[2], shape[3]}, {begin, begin + count}});
  }
  return cameras;
}

std::string DescribeNumbers(const BasicTensor<double>& values) {
  if (values.values.empty()) return "";
  const std::vector<BasicTensor<double>> cameras = PosesOf(values);
  if (!cameras.empty()) {
    PoseRanges ranges;
    for (const BasicTensor<double>& camera : cameras) ranges.Add(camera);
    return (cameras.size() > 1 ? fmt::format("{} cameras, ", cameras.size()) : "") + ranges.Text();
  }
  double low = kInfinity, high = -kInfinity;
  for (const double value : values.values) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  return low <= high ? fmt::format("{:.4g} to {:.4g}", low, high) : "no numbers but NaN";
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/cut_finder.h"

#include <algorithm>
#include <cmath>

#include "videopose/base/statistics.h"
#include "videopose/camera_motion/same_place.h"

namespace videopose::internal {
namespace {

constexpr int kGrid = 4, kBins = 16;
constexpr double kChange = 0.25, kTimesUsual = 3;
constexpr size_t kUsualFrames = 8;

// Cell after cell the shares of the grey values. Neighbouring bins share a value between them, so
// that a little more light does not change all of it.
std::vector<float> HistogramsOf(const SmallImage& image) {
  std::vector<float> shares(static_cast<size_t>(kGrid * kGrid * kBins));
  for (int y = 0; y < image.height_px; ++y) {
    const int cell_row = y * kGrid / image.height_px;
    const uint8_t* row = image.grey.data() + static_cast<size_t>(y) * image.width_px;
    for (int x = 0; x < image.width_px; ++x) {
      const int cell = cell_row * kGrid + x * kGrid / image.width_px;
      const float place = static_cast<float>(row[x]) / 256 * (kBins - 1);
      const int bin = static_cast<int>(place);
      const float above = place - static_cast<float>(bin);
      shares[cell * kBins + bin] += 1 - above;
      shares[cell * kBins + bin + 1] += above;
    }
  }
  const auto pixels = static_cast<float>(image.grey.size());
  for (float& share : shares) share /= pixels;
  return shares;
}

// 0: the same; 1: nothing in common.
double ChangeOf(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum / 2;
}

}  // namespace

std::optional<SceneCut> CutFinder::Push(const SmallImage& frame) {
  const double contrast = Contrast(frame);
  const bool is_hard = IsHardCut(frame, contrast);
  if (is_hard) dissolves_.Reset();
  const std::optional<int> length = dissolves_.Push(frame, contrast);
  if (is_hard) return SceneCut{};
  if (!length) return std::nullopt;
  changes_.clear();
  return SceneCut{.mixed_frames = *length};
}

bool CutFinder::IsHardCut(const SmallImage& frame, double contrast) {
  if (contrast < kBlankContrast) return false;
  bool is_cut = false;
  if (!before_.grey.empty()) {
    const auto inside = WithoutBars(before_, frame);
    const SmallImage& before = inside ? inside->first : before_;
    const SmallImage& now = inside ? inside->second : frame;
    const double change = ChangeOf(HistogramsOf(before), HistogramsOf(now));
    is_cut = change > kChange && change > kTimesUsual * Median(changes_) &&
             ShareOfLight(before, now) < kOtherLight && ShareFound(before, now) < kOtherPlace;
    if (is_cut) {
      changes_.clear();
    } else {
      changes_.push_back(change);
      if (changes_.size() > kUsualFrames) changes_.erase(changes_.begin());
    }
  }
  before_ = frame;
  return is_cut;
}

}  // namespace videopose::internal

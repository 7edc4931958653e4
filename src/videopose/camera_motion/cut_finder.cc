// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/cut_finder.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>
#include <utility>

#include "videopose/base/statistics.h"

namespace videopose::internal {
namespace {

constexpr int kGrid = 4, kBins = 16;
constexpr double kChange = 0.25, kTimesUsual = 3;
constexpr size_t kUsualFrames = 8;
constexpr int kCorners = 100;
// Of the corners of the frame before, found again where they look the same.
constexpr double kFoundShare = 0.25, kReturnDistance_px = 1;
constexpr float kMostDifference = 20;  // mean absolute, of grey values of the window

cv::Mat MatrixOf(const SmallImage& image) {
  return {image.height_px, image.width_px, CV_8UC1, const_cast<uint8_t*>(image.grey.data())};
}

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

// As if both were lit alike.
cv::Mat Equalized(const SmallImage& image) {
  cv::Mat equalized;
  cv::equalizeHist(MatrixOf(image), equalized);
  return equalized;
}

// The share of the corners of `before_image` that are in `now_image`, too.
double ShareFound(const SmallImage& before_image, const SmallImage& now_image) {
  const cv::Mat before = Equalized(before_image), now = Equalized(now_image);
  std::vector<cv::Point2f> from, to, back;
  cv::goodFeaturesToTrack(before, from, kCorners, 0.01, 8);
  if (from.empty()) return 0;
  std::vector<uint8_t> found, found_back;
  std::vector<float> difference, unused;
  const cv::Size window(15, 15);
  cv::calcOpticalFlowPyrLK(before, now, from, to, found, difference, window, 4);
  cv::calcOpticalFlowPyrLK(now, before, to, back, found_back, unused, window, 4);
  int count = 0;
  for (size_t i = 0; i < from.size(); ++i) {
    const cv::Point2f apart = back[i] - from[i];
    count += found[i] != 0 && found_back[i] != 0 && difference[i] < kMostDifference &&
             std::hypot(apart.x, apart.y) < kReturnDistance_px;
  }
  return static_cast<double>(count) / static_cast<double>(from.size());
}

// Black frames and the like: nothing can be told from them.
bool IsBlank(const SmallImage& image) {
  constexpr double kLeastContrast = 4;  // standard deviation, grey values
  cv::Scalar mean, deviation;
  cv::meanStdDev(MatrixOf(image), mean, deviation);
  return deviation[0] < kLeastContrast;
}

}  // namespace

bool CutFinder::Push(const SmallImage& frame) {
  if (IsBlank(frame)) return false;
  std::vector<float> histograms = HistogramsOf(frame);
  bool is_cut = false;
  if (!histograms_before_.empty()) {
    const double change = ChangeOf(histograms_before_, histograms);
    is_cut = change > kChange && change > kTimesUsual * Median(changes_) &&
             ShareFound(before_, frame) < kFoundShare;
    if (is_cut) {
      changes_.clear();
    } else {
      changes_.push_back(change);
      if (changes_.size() > kUsualFrames) changes_.erase(changes_.begin());
    }
  }
  histograms_before_ = std::move(histograms);
  before_ = frame;
  return is_cut;
}

}  // namespace videopose::internal

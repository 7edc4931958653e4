// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/same_place.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>
#include <vector>

#include "videopose/camera_motion/grey_matrix.h"

namespace videopose::internal {
namespace {

constexpr int kCorners = 100;
// Corners count as found where they look the same and lead back to where they were.
constexpr double kReturnDistance_px = 1;
constexpr float kMostDifference = 20;  // mean absolute, of grey values of the window

// As if both were lit alike.
cv::Mat Equalized(const SmallImage& image) {
  cv::Mat equalized;
  cv::equalizeHist(GreyMatrix(image), equalized);
  return equalized;
}

}  // namespace

double ShareFound(const SmallImage& before, const SmallImage& now) {
  const cv::Mat earlier = Equalized(before), later = Equalized(now);
  std::vector<cv::Point2f> from, to, back;
  cv::goodFeaturesToTrack(earlier, from, kCorners, 0.01, 8);
  if (from.empty()) return 0;
  std::vector<uint8_t> found, found_back;
  std::vector<float> difference, unused;
  const cv::Size window(15, 15);
  cv::calcOpticalFlowPyrLK(earlier, later, from, to, found, difference, window, 4);
  cv::calcOpticalFlowPyrLK(later, earlier, to, back, found_back, unused, window, 4);
  int count = 0;
  for (size_t i = 0; i < from.size(); ++i) {
    const cv::Point2f apart = back[i] - from[i];
    count += found[i] != 0 && found_back[i] != 0 && difference[i] < kMostDifference &&
             std::hypot(apart.x, apart.y) < kReturnDistance_px;
  }
  return static_cast<double>(count) / static_cast<double>(from.size());
}

double ShareOfLight(const SmallImage& before, const SmallImage& now) {
  // So small that a hand's sway between two frames does not matter.
  constexpr int kWidth_px = 48, kHeight_px = 32, kGreyLevels = 32;
  cv::Mat a, b;
  cv::resize(GreyMatrix(before), a, {kWidth_px, kHeight_px}, 0, 0, cv::INTER_AREA);
  cv::resize(GreyMatrix(now), b, {kWidth_px, kHeight_px}, 0, 0, cv::INTER_AREA);
  const auto explained = [](const cv::Mat& by, const cv::Mat& what) {
    std::array<double, kGreyLevels> count{}, sum{};
    double squares = 0, mean = 0;
    const int pixels = kWidth_px * kHeight_px;
    for (int i = 0; i < pixels; ++i) {
      const size_t bin = by.data[i] * kGreyLevels / 256U;
      const double value = what.data[i];
      count[bin] += 1;
      sum[bin] += value;
      squares += value * value;
      mean += value / pixels;
    }
    const double variance = squares - pixels * mean * mean;
    double between = -pixels * mean * mean;
    for (size_t bin = 0; bin < kGreyLevels; ++bin) {
      if (count[bin] > 0) between += sum[bin] * sum[bin] / count[bin];
    }
    return variance > 0 ? between / variance : 0;
  };
  // Of what is clipped in one of them, that one says nothing.
  return std::max(explained(a, b), explained(b, a));
}

std::optional<std::pair<SmallImage, SmallImage>> WithoutBars(const SmallImage& before,
                                                             const SmallImage& now) {
  if (before.width_px != now.width_px || before.height_px != now.height_px) return std::nullopt;
  constexpr int kNoise = 6;  // of compression
  const cv::Mat a = GreyMatrix(before), b = GreyMatrix(now);
  const auto is_bar = [&](const cv::Rect& line) {
    double low_a = 0, high_a = 0, low_b = 0, high_b = 0;
    cv::minMaxLoc(a(line), &low_a, &high_a);
    cv::minMaxLoc(b(line), &low_b, &high_b);
    return std::max(high_a, high_b) - std::min(low_a, low_b) <= kNoise;
  };
  int left = 0, right = a.cols, top = 0, bottom = a.rows;
  while (left < right && is_bar({left, 0, 1, a.rows})) ++left;
  while (right > left && is_bar({right - 1, 0, 1, a.rows})) --right;
  while (top < bottom && is_bar({0, top, a.cols, 1})) ++top;
  while (bottom > top && is_bar({0, bottom - 1, a.cols, 1})) --bottom;
  constexpr int kLeast_px = 16;
  if (right - left < kLeast_px || bottom - top < kLeast_px) return std::nullopt;
  const cv::Rect inside(left, top, right - left, bottom - top);
  if (inside.size() == a.size()) return std::nullopt;
  const auto cut_out = [&](const SmallImage& whole, const cv::Mat& grey) {
    SmallImage part = whole;
    part.width_px = inside.width;
    part.height_px = inside.height;
    part.grey.resize(static_cast<size_t>(inside.width) * inside.height);
    grey(inside).copyTo(cv::Mat(inside.height, inside.width, CV_8U, part.grey.data()));
    return part;
  };
  return std::pair{cut_out(before, a), cut_out(now, b)};
}

double Contrast(const SmallImage& image) {
  cv::Scalar mean, deviation;
  cv::meanStdDev(GreyMatrix(image), mean, deviation);
  return deviation[0];
}

}  // namespace videopose::internal

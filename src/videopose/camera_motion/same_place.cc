// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/same_place.h"

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

double Contrast(const SmallImage& image) {
  cv::Scalar mean, deviation;
  cv::meanStdDev(GreyMatrix(image), mean, deviation);
  return deviation[0];
}

}  // namespace videopose::internal

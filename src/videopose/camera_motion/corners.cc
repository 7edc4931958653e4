// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/corners.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "videopose/camera_motion/grey_matrix.h"

namespace videopose::internal {
namespace {

constexpr int kMostCorners = 400, kWindow_px = 15, kLevels = 3;
constexpr double kCornerQuality = 0.002, kCornerDistance_px = 8;
constexpr size_t kColumns = 8, kRows = 5;
constexpr int kMostOfCell = 5;
constexpr int kBorder_px = 3;
// Forwards and back again a point ends where it began.
constexpr double kReturn_px = 0.5;

const cv::Size kWindow{kWindow_px, kWindow_px};

double Squared(double x) { return x * x; }

}  // namespace

Pyramid PyramidOf(const SmallImage& image) {
  Pyramid pyramid;
  cv::buildOpticalFlowPyramid(GreyMatrix(image), pyramid, kWindow, kLevels, true,
                              cv::BORDER_REFLECT_101, cv::BORDER_CONSTANT, false);
  return pyramid;
}

bool IsInImage(const cv::Point2f& at, const cv::Size& size) {
  return at.x >= kBorder_px && at.y >= kBorder_px && at.x < size.width - kBorder_px &&
         at.y < size.height - kBorder_px;
}

bool IsInside(const std::vector<PeopleBox>& boxes, const cv::Point2f& point) {
  return std::ranges::any_of(boxes, [&](const PeopleBox& box) {
    return point.x >= box.low_px.x && point.x <= box.high_px.x && point.y >= box.low_px.y &&
           point.y <= box.high_px.y;
  });
}

Vec2d RayOf(const Lens& small_lens, const cv::Point2f& at) {
  return Undistorted(small_lens, {at.x + 0.5, at.y + 0.5});
}

Points FindCorners(const cv::Mat& grey, const std::vector<PeopleBox>& people,
                   const Lens& small_lens, const Points& taken) {
  const cv::Size size = grey.size();
  cv::Mat mask(size, CV_8UC1, cv::Scalar(0));
  mask(cv::Rect(kBorder_px, kBorder_px, std::max(0, size.width - 2 * kBorder_px),
                std::max(0, size.height - 2 * kBorder_px))) = 255;
  for (const PeopleBox& box : people) {
    cv::rectangle(mask, cv::Point2d(box.low_px.x, box.low_px.y),
                  cv::Point2d(box.high_px.x, box.high_px.y), 0, cv::FILLED);
  }
  const auto cell_of = [&](const cv::Point2f& corner) {
    const auto column = static_cast<size_t>(kColumns * corner.x / size.width);
    const auto row = static_cast<size_t>(kRows * corner.y / size.height);
    return row * kColumns + column;
  };
  std::vector<int> of_cell(kColumns * kRows);
  for (const cv::Point2f& point : taken) {
    cv::circle(mask, point, static_cast<int>(kCornerDistance_px), 0, cv::FILLED);
    ++of_cell[cell_of(point)];
  }
  Points corners;
  cv::goodFeaturesToTrack(grey, corners, kMostCorners, kCornerQuality, kCornerDistance_px, mask);
  // The strongest of each cell, so that no thing in front has most of them.
  std::erase_if(corners, [&](const cv::Point2f& corner) {
    const Vec2d seen = RayOf(small_lens, corner);
    if (!std::isfinite(seen.x) || !std::isfinite(seen.y)) return true;
    return ++of_cell[cell_of(corner)] > kMostOfCell;
  });
  return corners;
}

std::vector<uint8_t> FollowCorners(const Pyramid& image, const Pyramid& other, const Points& from,
                                   Points& to) {
  const cv::TermCriteria criteria(cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 15, 0.01);
  std::vector<uint8_t> found, found_back;
  std::vector<float> errors;
  cv::calcOpticalFlowPyrLK(image, other, from, to, found, errors, kWindow, kLevels, criteria,
                           cv::OPTFLOW_USE_INITIAL_FLOW, 1e-3);
  Points back = from;
  cv::calcOpticalFlowPyrLK(other, image, to, back, found_back, errors, kWindow, 1, criteria,
                           cv::OPTFLOW_USE_INITIAL_FLOW, 1e-3);
  for (size_t i = 0; i < found.size(); ++i) {
    const cv::Point2f apart = back[i] - from[i];
    if (found_back[i] == 0 || Squared(apart.x) + Squared(apart.y) > Squared(kReturn_px)) {
      found[i] = 0;
    }
  }
  return found;
}

}  // namespace videopose::internal

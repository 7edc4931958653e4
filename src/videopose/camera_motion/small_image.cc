// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/small_image.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace videopose::internal {
namespace {

constexpr double kMargin = 0.15;  // of the box' longer side

}  // namespace

SmallImage MakeSmall(const Image& frame) {
  SmallImage small;
  const int factor = std::max(
      1, (std::max(frame.width_px, frame.height_px) + kLongerSide_px - 1) / kLongerSide_px);
  small.scale = 1.0 / factor;
  small.width_px = std::max(1, frame.width_px / factor);
  small.height_px = std::max(1, frame.height_px / factor);
  small.grey.resize(static_cast<size_t>(small.width_px) * small.height_px);
  // OpenCV's matrices over constant memory are not constant.
  // What is left over at the right and the bottom is cut off.
  const cv::Mat all(std::min(frame.height_px, small.height_px * factor),
                    std::min(frame.width_px, small.width_px * factor), CV_8UC4,
                    const_cast<uint8_t*>(frame.bgrx.data()), frame.stride_bytes());
  cv::Mat colour = all, grey(small.height_px, small.width_px, CV_8UC1, small.grey.data());
  // Halving is several times as fast as any other factor.
  for (int left = factor; left % 2 == 0; left /= 2) {
    cv::Mat half;
    cv::resize(colour, half, {colour.cols / 2, colour.rows / 2}, 0, 0, cv::INTER_AREA);
    colour = half;
  }
  cv::Mat fitting;
  cv::resize(colour, fitting, grey.size(), 0, 0, cv::INTER_AREA);
  cv::cvtColor(fitting, grey, cv::COLOR_BGRA2GRAY);
  return small;
}

void AddPeopleBox(std::span<const Keypoint> keypoints, std::vector<PeopleBox>& boxes) {
  PeopleBox box{{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
  int seen = 0;
  for (const Keypoint& point : keypoints) {
    if (!IsSeen(point)) continue;
    ++seen;
    box.low_px = {std::min<double>(box.low_px.x, point.x_px),
                  std::min<double>(box.low_px.y, point.y_px)};
    box.high_px = {std::max<double>(box.high_px.x, point.x_px),
                   std::max<double>(box.high_px.y, point.y_px)};
  }
  if (seen < 2) return;
  const Vec2d size = box.high_px - box.low_px;
  const double margin_px = kMargin * std::max(size.x, size.y);
  const Vec2d margin{margin_px, margin_px};
  boxes.push_back({box.low_px - margin, box.high_px + margin});
}

}  // namespace videopose::internal

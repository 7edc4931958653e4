// SPDX-License-Identifier: Apache-2.0

// Corners of small images (Shi & Tomasi, CVPR 1994), and where they are in another frame
// (pyramidal Lucas-Kanade, Bouguet 2001).

#ifndef VIDEOPOSE_CAMERA_MOTION_CORNERS_H_
#define VIDEOPOSE_CAMERA_MOTION_CORNERS_H_

#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

#include "videopose/camera_motion/small_image.h"
#include "videopose/geometry.h"

namespace videopose::internal {

// Pixels of small images. They have their centres at whole numbers in OpenCV, at halves in Lens.
using Points = std::vector<cv::Point2f>;
// Images and their gradients in turn.
using Pyramid = std::vector<cv::Mat>;

Pyramid PyramidOf(const SmallImage& image);

// Off its border, where corners are of black edges.
bool IsInImage(const cv::Point2f& at, const cv::Size& size);
bool IsInside(const std::vector<PeopleBox>& boxes, const cv::Point2f& point);
Vec2d RayOf(const Lens& small_lens, const cv::Point2f& at);

// The strongest of each cell, outside people; not near those that are `taken`.
Points FindCorners(const cv::Mat& grey, const std::vector<PeopleBox>& people,
                   const Lens& small_lens, const Points& taken = {});

// From `from` in one image to `to` in another, which is where to begin. By point whether it was
// found there, and found again on the way back.
std::vector<uint8_t> FollowCorners(const Pyramid& image, const Pyramid& other, const Points& from,
                                   Points& to);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_CORNERS_H_

// SPDX-License-Identifier: Apache-2.0

// What the camera's motion is measured on: small grey images, and boxes of people in them.

#ifndef VIDEOPOSE_CAMERA_MOTION_SMALL_IMAGE_H_
#define VIDEOPOSE_CAMERA_MOTION_SMALL_IMAGE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/media.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct SmallImage {
  int width_px = 0, height_px = 0;
  double scale = 1;           // small pixels a pixel of the frame
  std::vector<uint8_t> grey;  // height * width, rows from the top
};

// Shrunk by a whole number, so that the longer side is at most kLongerSide_px.
inline constexpr int kLongerSide_px = 480;
SmallImage MakeSmall(const Image& frame);

// Pixels of the frame.
struct PeopleBox {
  Vec2d low_px, high_px;
};

// Around the keypoints that are seen, with what a body has beyond them: hair, hands, feet, clothes
// and a shadow. None of fewer than two keypoints.
void AddPeopleBox(std::span<const Keypoint> keypoints, std::vector<PeopleBox>& boxes);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_SMALL_IMAGE_H_

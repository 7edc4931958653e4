// SPDX-License-Identifier: Apache-2.0

// A small image as OpenCV sees it.

#ifndef VIDEOPOSE_CAMERA_MOTION_GREY_MATRIX_H_
#define VIDEOPOSE_CAMERA_MOTION_GREY_MATRIX_H_

#include <opencv2/core.hpp>

#include "videopose/camera_motion/small_image.h"

namespace videopose::internal {

// Not copied, and not to be written to.
inline cv::Mat GreyMatrix(const SmallImage& image) {
  return {image.height_px, image.width_px, CV_8UC1, const_cast<uint8_t*>(image.grey.data())};
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_GREY_MATRIX_H_

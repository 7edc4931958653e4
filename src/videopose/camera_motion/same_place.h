// SPDX-License-Identifier: Apache-2.0

// Whether two frames show the same place, however differently lit.

#ifndef VIDEOPOSE_CAMERA_MOTION_SAME_PLACE_H_
#define VIDEOPOSE_CAMERA_MOTION_SAME_PLACE_H_

#include "videopose/camera_motion/small_image.h"

namespace videopose::internal {

// Of the corners of the first image, the share that is found in the second, too. Below kOtherPlace
// they show different places, or one that has gone by too fast.
double ShareFound(const SmallImage& before, const SmallImage& now);
inline constexpr double kOtherPlace = 0.25;

// Standard deviation of the grey values. Black frames and the like have next to none.
double Contrast(const SmallImage& image);
inline constexpr double kBlankContrast = 4;

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_SAME_PLACE_H_

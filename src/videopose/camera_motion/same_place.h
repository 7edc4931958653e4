// SPDX-License-Identifier: Apache-2.0

// Whether two frames show the same place, however differently lit.

#ifndef VIDEOPOSE_CAMERA_MOTION_SAME_PLACE_H_
#define VIDEOPOSE_CAMERA_MOTION_SAME_PLACE_H_

#include <optional>
#include <utility>

#include "videopose/camera_motion/small_image.h"

namespace videopose::internal {

// Of the corners of the first image, the share that is found in the second, too. Below kOtherPlace
// they show different places, or one that has gone by too fast.
double ShareFound(const SmallImage& before, const SmallImage& now);
inline constexpr double kOtherPlace = 0.25;

// What of the two images' variance is explained by light alone: by each grey value of the one
// having become one of the other, as in a flash (which clips) or where the exposure changes. 0 to
// 1; above kOtherLight nothing else has changed.
double ShareOfLight(const SmallImage& before, const SmallImage& now);
inline constexpr double kOtherLight = 0.75;

// Both without the bars at their edges that are the same in both: rows and columns of one grey
// value. Nothing where there are none, or where nothing would be left.
std::optional<std::pair<SmallImage, SmallImage>> WithoutBars(const SmallImage& before,
                                                             const SmallImage& now);

// Standard deviation of the grey values. Black frames and the like have next to none.
double Contrast(const SmallImage& image);
inline constexpr double kBlankContrast = 4;

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_SAME_PLACE_H_

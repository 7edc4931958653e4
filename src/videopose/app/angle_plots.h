// SPDX-License-Identifier: Apache-2.0

// Joint angles over time, as plots.

#ifndef VIDEOPOSE_APP_ANGLE_PLOTS_H_
#define VIDEOPOSE_APP_ANGLE_PLOTS_H_

#include <filesystem>

#include "videopose/pose.h"

namespace videopose::internal {

// One image, .png or .svg: axes for each angle that is known at all, left and right together,
// degrees over the video's seconds. Throws Error for another extension, and where it cannot write.
void WriteAnglePlots(const std::filesystem::path& path, const Motion& motion,
                     const PersonMotion& person, double start_s);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_APP_ANGLE_PLOTS_H_

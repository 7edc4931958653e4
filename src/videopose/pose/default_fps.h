// SPDX-License-Identifier: Apache-2.0

// The frame rate of what does not say one.

#ifndef VIDEOPOSE_POSE_DEFAULT_FPS_H_
#define VIDEOPOSE_POSE_DEFAULT_FPS_H_

#include <cmath>

#include "videopose/pose.h"

namespace videopose::internal {

inline constexpr double kDefaultFps = 25;

// kDefaultFps unless `fps` is a rate.
inline double FpsOrDefault(double fps) { return std::isfinite(fps) && fps > 0 ? fps : kDefaultFps; }

inline double FpsOf(const Motion& motion) { return FpsOrDefault(motion.fps); }

}  // namespace videopose::internal

#endif  // VIDEOPOSE_POSE_DEFAULT_FPS_H_

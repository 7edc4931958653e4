// SPDX-License-Identifier: Apache-2.0

// Errors of a lifter on the project's evaluation set: sequences with 3D ground truth, with exact
// keypoints and with those of a simulated detector.

#ifndef VIDEOPOSE_RESEARCH_LIFT_ACCURACY_H_
#define VIDEOPOSE_RESEARCH_LIFT_ACCURACY_H_

#include <cstdint>
#include <filesystem>
#include <functional>

#include "videopose/base.h"
#include "videopose/lift.h"
#include "videopose/metrics.h"

namespace videopose::internal {

struct LiftAccuracy {
  int64_t sequences = 0, frames = 0;  // frames of each
  // Metres and degrees, roots moved to 0, means over all frames; the limbs' errors with the others.
  BodyErrors clean, noisy;
};

// `path`: an .npz with keypoints_clean and keypoints_noisy (N, T, 17, 2) in pixels, Coco17(); pose
// (N, T, 17, 3) in metres, camera frame, Human36m17(); width_px, height_px, fps and, where they are
// known, focal_px (N,). Where there is `valid`, (N, T) or (N, T, 17), frames or joints where it is
// 0 are not measured, and their values in `pose` may be anything. Throws Error for another file.
LiftAccuracy MeasureLiftAccuracy(const std::filesystem::path& path, const Lifter& lifter,
                                 const LiftOptions& options = {});

// The same for any lifting function.
using LiftFunction = std::function<Motion(const KeypointSequence&)>;
LiftAccuracy MeasureLiftAccuracy(const std::filesystem::path& path, const LiftFunction& lift,
                                 const WorkMonitor& monitor = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RESEARCH_LIFT_ACCURACY_H_

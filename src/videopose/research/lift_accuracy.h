// SPDX-License-Identifier: Apache-2.0

// Errors of a lifter on the project's evaluation set: sequences with 3D ground truth, with exact
// keypoints and with those of a simulated detector.

#ifndef VIDEOPOSE_RESEARCH_LIFT_ACCURACY_H_
#define VIDEOPOSE_RESEARCH_LIFT_ACCURACY_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "videopose/base.h"
#include "videopose/lift.h"
#include "videopose/metrics.h"

namespace videopose::internal {

// Of heels and toes that WithHandsAndFeet() puts on lifted ankles. Means over both sides of all
// frames where the truth has them: distances relative to the ankle, metres, and how much more the
// ankle is dorsiflexed than the true one.
struct FeetErrors {
  double heel = 0, toe = 0;
  double dorsiflexion_deg = 0, dorsiflexion_bias_deg = 0;  // absolute; signed
  bool operator==(const FeetErrors&) const = default;
};

struct LiftAccuracy {
  int64_t sequences = 0, frames = 0;  // frames of each
  // Metres and degrees, roots moved to 0, means over all frames; the limbs' errors with the others.
  BodyErrors clean, noisy;
  std::optional<FeetErrors> clean_feet, noisy_feet;  // where the file has feet
};

// `path`: an .npz with keypoints_clean and keypoints_noisy (N, T, 17, 2) in pixels, Coco17(); pose
// (N, T, 17, 3) in metres, camera frame, Human36m17(); width_px, height_px, fps and, where they are
// known, focal_px (N,). Where there is `valid`, (N, T) or (N, T, 17), frames or joints where it is
// 0 are not measured, and their values in `pose` may be anything. Feet are measured where there are
// feet (N, T, 4, 3): left heel and toe, right heel and toe, NaN where they are not known, and
// feet_keypoints_clean and feet_keypoints_noisy (N, T, 4, 2). Throws Error for another file.
LiftAccuracy MeasureLiftAccuracy(const std::filesystem::path& path, const Lifter& lifter,
                                 const LiftOptions& options = {});

// The same for any lifting function.
using LiftFunction = std::function<Motion(const KeypointSequence&)>;
LiftAccuracy MeasureLiftAccuracy(const std::filesystem::path& path, const LiftFunction& lift,
                                 const WorkMonitor& monitor = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RESEARCH_LIFT_ACCURACY_H_

// SPDX-License-Identifier: Apache-2.0

// Numbers and motions over time: a Gaussian, straight lines over gaps.

#ifndef VIDEOPOSE_GROUND_SMOOTHING_H_
#define VIDEOPOSE_GROUND_SMOOTHING_H_

#include <span>

#include "videopose/geometry.h"

namespace videopose::internal {

// Each value becomes the mean of its neighbours under a Gaussian of this standard deviation (cut
// off at three). At the ends the mean is of a line through what is there, so that nothing is drawn
// inwards. `stride`: the run is every stride-th value, beginning with the first.
void SmoothRun(std::span<double> values, double sigma_frames);
void SmoothRun(std::span<Vec3d> values, double sigma_frames);
void SmoothRun(std::span<Vec3f> values, double sigma_frames, size_t stride);

// Straight lines over NaNs, the nearest value before the first and after the last; all 0 if there
// is no value.
void FillGaps(std::span<double> values);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_SMOOTHING_H_

// A Gaussian over time.

#ifndef VIDEOPOSE_GROUND_SMOOTHING_H_
#define VIDEOPOSE_GROUND_SMOOTHING_H_

#include <span>

#include "videopose/geometry.h"

namespace videopose {

// Each value becomes the mean of its neighbours under a Gaussian of this standard deviation (cut
// off at three). At the ends the mean is of a line through what is there, so that nothing is drawn
// inwards. `stride`: every how manieth value is one of the run, beginning with the first.
void SmoothRun(std::span<double> values, double sigma_frames);
void SmoothRun(std::span<Vec3d> values, double sigma_frames);
void SmoothRun(std::span<Vec3f> values, double sigma_frames, size_t stride);

}  // namespace videopose

#endif  // VIDEOPOSE_GROUND_SMOOTHING_H_

// Tracks of one number over the frames of a clip.

#ifndef VIDEOPOSE_RENDER_OVER_TIME_H_
#define VIDEOPOSE_RENDER_OVER_TIME_H_

#include <span>
#include <vector>

namespace videopose {

// Values at frames, made smooth by a Gaussian that looks both ways: no delay. Beyond the ends the
// values go on as they came, turned by half a circle, so that a steady movement stays steady.
std::vector<float> SmoothOverTime(std::span<const float> values, double sigma_frames);

// Straight lines over NaNs, the nearest value before the first and after the last; all 0 if there
// is no value.
void FillGaps(std::vector<float>& values);

// The middle one of a copy; not of none.
float Median(std::vector<float> values);

}  // namespace videopose

#endif  // VIDEOPOSE_RENDER_OVER_TIME_H_

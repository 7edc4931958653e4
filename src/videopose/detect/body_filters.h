// SPDX-License-Identifier: Apache-2.0

// What is smoothed of one body from frame to frame, by One-Euro filters with BlazePose's settings:
// always the points that determine the next region of interest, and the landmarks where requested.

#ifndef VIDEOPOSE_DETECT_BODY_FILTERS_H_
#define VIDEOPOSE_DETECT_BODY_FILTERS_H_

#include <span>
#include <vector>

#include "videopose/detect.h"
#include "videopose/detect/one_euro.h"
#include "videopose/detect/pose_landmarks.h"
#include "videopose/detect/roi.h"

namespace videopose::internal {

// One-Euro's value scale for this body: the reciprocal of its size, 1 / pixels.
float SmoothingScale(const PoseLandmarks& found);

class RoiFilter {
 public:
  // Where to look for the body in the next frame.
  Roi Apply(const PoseLandmarks& found, double time_s);
  // Before the same body is followed again, or another one.
  void Reset() { filter_.Reset(); }

 private:
  OneEuroFilter filter_{{.min_cutoff_hz = 0.01F, .beta = 10, .derivative_cutoff_hz = 1}};
};

// Smooths the points and scores of one body. Points of score 0 stay as they are.
class PointSmoother {
 public:
  // All calls must give the same numbers of points. `scale`: SmoothingScale().
  void Apply(std::span<Keypoint> keypoints, std::span<ExtraPoint> extra_points, double time_s,
             float scale);
  void Reset();

 private:
  OneEuroFilter places_{{.min_cutoff_hz = 0.05F, .beta = 80, .derivative_cutoff_hz = 1}};
  std::vector<float> scores_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_BODY_FILTERS_H_

// SPDX-License-Identifier: Apache-2.0

// What is smoothed of one body from frame to frame, by One-Euro filters with BlazePose's settings:
// always the points that determine the next region of interest, and the landmarks where requested.

#ifndef VIDEOPOSE_DETECT_BODY_FILTERS_H_
#define VIDEOPOSE_DETECT_BODY_FILTERS_H_

#include <array>
#include <optional>

#include "videopose/detect.h"
#include "videopose/detect/one_euro.h"
#include "videopose/detect/pose_landmarks.h"
#include "videopose/detect/roi.h"

namespace videopose {

class BodyFilters {
 public:
  struct Step {
    Roi next_roi;
    BlazePoseResult result;
  };

  // A body's next frame, `time_s` after the one before.
  Step Apply(const PoseLandmarks& found, double time_s, bool smooth);

  // Before the same body is followed again, or another one.
  void Reset();

 private:
  void Smooth(double time_s, float value_scale, BlazePoseResult& result);

  OneEuroFilter roi_{{.min_cutoff_hz = 0.01F, .beta = 10, .derivative_cutoff_hz = 1}};
  OneEuroFilter landmarks_{{.min_cutoff_hz = 0.05F, .beta = 80, .derivative_cutoff_hz = 1}};
  OneEuroFilter world_{{.min_cutoff_hz = 0.1F, .beta = 40, .derivative_cutoff_hz = 1}};
  std::optional<std::array<float, kLandmarks>> visibility_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_DETECT_BODY_FILTERS_H_

// SPDX-License-Identifier: Apache-2.0

// Smooths what a detector gave raw, after swapped sides were mended:
// DetectedPerson::smoothing_scale.

#ifndef VIDEOPOSE_TRACK_DETECTION_SMOOTHER_H_
#define VIDEOPOSE_TRACK_DETECTION_SMOOTHER_H_

#include <cstdint>
#include <map>

#include "videopose/detect/body_filters.h"
#include "videopose/track/side_corrector.h"

namespace videopose::internal {

class DetectionSmoother {
 public:
  // The next frame. A person who was not in the one before begins anew.
  void Smooth(Detections& frame);

 private:
  std::map<int, PointSmoother> smoothers_;  // by track, of the last frame's people
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRACK_DETECTION_SMOOTHER_H_

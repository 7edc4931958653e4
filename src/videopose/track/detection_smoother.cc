// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/detection_smoother.h"

#include <utility>

namespace videopose::internal {

void DetectionSmoother::Smooth(Detections& frame) {
  std::map<int, PointSmoother> now;
  for (DetectedPerson& person : frame.people) {
    if (!(person.smoothing_scale > 0)) continue;
    PointSmoother& smoother = now[person.track_id];
    const auto before = smoothers_.find(person.track_id);
    if (before != smoothers_.end() && !person.is_found_anew) smoother = std::move(before->second);
    smoother.Apply(person.keypoints, person.extra_points, frame.time_s, person.smoothing_scale);
  }
  smoothers_ = std::move(now);
}

}  // namespace videopose::internal

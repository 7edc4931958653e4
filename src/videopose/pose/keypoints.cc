// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>

#include "videopose/pose.h"

namespace videopose {

bool IsSeen(const Keypoint& point) {
  return point.score > 0 && std::isfinite(point.x_px) && std::isfinite(point.y_px);
}

bool IsSeen(std::span<const Keypoint> frame) {
  return std::any_of(frame.begin(), frame.end(), [](const Keypoint& k) { return k.score > 0; });
}

std::vector<FrameRange> SeenRanges(const PersonKeypoints& person) {
  std::vector<FrameRange> ranges;
  for (int64_t t = 0; t < person.keypoints.frame_count(); ++t) {
    if (!IsSeen(person.frame(t))) continue;
    if (!ranges.empty() && ranges.back().end == t) {
      ++ranges.back().end;
    } else {
      ranges.push_back({t, t + 1});
    }
  }
  return ranges;
}

}  // namespace videopose

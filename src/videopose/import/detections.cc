// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/detections.h"

#include <algorithm>
#include <cmath>

namespace videopose::internal {

Keypoint UsablePoint(double x_px, double y_px, double score) {
  constexpr double kFarthestPx = 1e6;
  const bool is_usable = std::abs(x_px) < kFarthestPx && std::abs(y_px) < kFarthestPx && score > 0;
  if (!is_usable) return {};  // NaN, too
  return {static_cast<float>(x_px), static_cast<float>(y_px),
          static_cast<float>(std::min(score, 1.0))};
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/observation.h"

#include <array>
#include <cmath>

#include "videopose/base/check.h"

namespace videopose::internal {

float KeypointSimilarity(const Observation& a, const Observation& b, Vec2f b_moved_px) {
  // Twice COCO's standard deviations: nose, eyes, ears, shoulders, elbows, wrists, hips, knees,
  // ankles.
  constexpr auto kSpread =
      std::to_array({0.052F, 0.050F, 0.050F, 0.070F, 0.070F, 0.158F, 0.158F, 0.144F, 0.144F, 0.124F,
                     0.124F, 0.214F, 0.214F, 0.174F, 0.174F, 0.178F, 0.178F});
  constexpr float kRootOfArea = 0.4F;    // of the longer side, for a person upright
  constexpr float kLeastWeight = 0.05F;  // hidden points are guesses, but still informative
  const float s_px = kRootOfArea * (a.box.scale_px() + b.box.scale_px()) / 2;
  if (!(s_px > 0)) return 0;
  float sum = 0, weights = 0;
  for (size_t j = 0; j < kSpread.size(); ++j) {
    const Keypoint &p = a.keypoints[j], &q = b.keypoints[j];
    const float weight = std::max(kLeastWeight, std::min(p.score, q.score));
    const float d_px = std::hypot(p.x_px - q.x_px - b_moved_px.x, p.y_px - q.y_px - b_moved_px.y);
    const float d = d_px / (s_px * kSpread[j]);
    sum += weight * std::exp(-d * d / 2);
    weights += weight;
  }
  return sum / weights;
}

bool IsSameBody(const Observation& a, const Observation& b) {
  constexpr float kAlike = 0.5F, kInside = 0.8F, kSameMiddle = 0.12F;
  if (KeypointSimilarity(a, b) > kAlike) return true;
  const float scale_px = std::max(a.box.scale_px(), b.box.scale_px());
  return Norm(a.box.centre_px - b.box.centre_px) < kSameMiddle * scale_px &&
         std::max(ShareInside(a.box, b.box), ShareInside(b.box, a.box)) > kInside;
}

}  // namespace videopose::internal

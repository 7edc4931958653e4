// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/observation.h"

#include <array>
#include <cmath>

#include "videopose/base/check.h"

namespace videopose::internal {

namespace {

float Area(const BodyBox& box) { return box.size_px.x * box.size_px.y; }

float CommonArea(const BodyBox& a, const BodyBox& b) {
  const auto common = [](float a_centre, float a_size, float b_centre, float b_size) {
    return std::max(0.0F, std::min(a_centre + a_size / 2, b_centre + b_size / 2) -
                              std::max(a_centre - a_size / 2, b_centre - b_size / 2));
  };
  return common(a.centre_px.x, a.size_px.x, b.centre_px.x, b.size_px.x) *
         common(a.centre_px.y, a.size_px.y, b.centre_px.y, b.size_px.y);
}

template <typename Point>
BodyBox BoxAroundPoints(std::span<const Point> points) {
  VP_CHECK(!points.empty(), "no points");
  const auto [left, right] = std::ranges::minmax(points, {}, &Point::x_px);
  const auto [top, bottom] = std::ranges::minmax(points, {}, &Point::y_px);
  return {.centre_px = 0.5F * Vec2f{left.x_px + right.x_px, top.y_px + bottom.y_px},
          .size_px = {right.x_px - left.x_px, bottom.y_px - top.y_px}};
}

}  // namespace

BodyBox BoxAround(std::span<const ExtraPoint> points) { return BoxAroundPoints(points); }
BodyBox BoxAround(std::span<const Keypoint> points) { return BoxAroundPoints(points); }

float Overlap(const BodyBox& a, const BodyBox& b) {
  const float both = CommonArea(a, b);
  const float either = Area(a) + Area(b) - both;
  return either > 0 ? both / either : 0;
}

float ShareInside(const BodyBox& part, const BodyBox& whole) {
  const float area = Area(part);
  return area > 0 ? CommonArea(part, whole) / area : 0;
}

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

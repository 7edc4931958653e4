// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/roi.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace videopose::internal {

Vec2f Roi::IntoFrame(Vec2f v) const {
  const float c = std::cos(rotation_rad), s = std::sin(rotation_rad);
  const float x = is_mirrored ? -v.x : v.x;
  return {c * x - s * v.y, s * x + c * v.y};
}

Vec2f Roi::PixelFromRoi(Vec2f point_in_roi) const {
  return centre_px + side_px * IntoFrame(point_in_roi - Vec2f{0.5F, 0.5F});
}

Roi RoiFromBodyCircle(Vec2f hips_px, Vec2f circle_px) {
  constexpr float kMargin = 1.25F;
  constexpr float kPi = std::numbers::pi_v<float>;
  const Vec2f radius_px = circle_px - hips_px;
  const float angle = kPi / 2 - std::atan2(-radius_px.y, radius_px.x);
  return {.centre_px = hips_px,
          .side_px = 2 * Norm(radius_px) * kMargin,
          .rotation_rad = angle - 2 * kPi * std::floor((angle + kPi) / (2 * kPi))};
}

Roi LetterboxRoi(const Image& image) {
  const auto width = static_cast<float>(image.width_px);
  const auto height = static_cast<float>(image.height_px);
  return {.centre_px = {width / 2, height / 2}, .side_px = std::max(width, height)};
}

}  // namespace videopose::internal

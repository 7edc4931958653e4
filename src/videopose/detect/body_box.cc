// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/body_box.h"

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

BodyBox ClippedTo(const Image& image, const BodyBox& box) {
  const Vec2f half = 0.5F * box.size_px;
  const auto clamped = [&](Vec2f at) {
    return Vec2f{std::clamp(at.x, 0.0F, static_cast<float>(image.width_px)),
                 std::clamp(at.y, 0.0F, static_cast<float>(image.height_px))};
  };
  const Vec2f from = clamped(box.centre_px - half), to = clamped(box.centre_px + half);
  return {.centre_px = 0.5F * (from + to), .size_px = to - from};
}

float Overlap(const BodyBox& a, const BodyBox& b) {
  const float both = CommonArea(a, b);
  const float either = Area(a) + Area(b) - both;
  return either > 0 ? both / either : 0;
}

float ShareInside(const BodyBox& part, const BodyBox& whole) {
  const float area = Area(part);
  return area > 0 ? CommonArea(part, whole) / area : 0;
}

}  // namespace videopose::internal

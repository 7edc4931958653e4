// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/body_filters.h"

#include <algorithm>
#include <cmath>

namespace videopose {
namespace {

constexpr float kVisibilityWeight = 0.1F;  // of a new value, the rest is the filtered one before

}  // namespace

BodyFilters::Step BodyFilters::Apply(const PoseLandmarks& found, double time_s, bool smooth) {
  const Vec2f hips_px = found.hips_px(), circle_px = found.circle_px();
  const float body_px = 2 * Norm(circle_px - hips_px);
  const float value_scale = body_px > 0 ? 1 / body_px : 1;
  std::array<float, 4> points = {hips_px.x, hips_px.y, circle_px.x, circle_px.y};
  roi_.Apply(points, time_s, value_scale);
  Step step = {.next_roi = RoiFromBodyCircle({points[0], points[1]}, {points[2], points[3]}),
               .result = {.presence = found.presence}};
  std::copy_n(found.points_px.begin(), kLandmarks, step.result.landmarks.begin());
  std::copy_n(found.world_m.begin(), kLandmarks, step.result.world_m.begin());
  if (smooth) Smooth(time_s, value_scale, step.result);
  return step;
}

void BodyFilters::Reset() {
  for (OneEuroFilter* filter : {&roi_, &landmarks_, &world_}) filter->Reset();
  visibility_.reset();
}

void BodyFilters::Smooth(double time_s, float value_scale, BlazePoseResult& result) {
  std::array<float, 3 * kLandmarks> points, world;
  for (size_t k = 0; k < kLandmarks; ++k) {
    const Landmark& l = result.landmarks[k];
    const Vec3f& w = result.world_m[k];
    std::copy_n(std::array{l.x_px, l.y_px, l.z_px}.begin(), 3, &points[3 * k]);
    std::copy_n(std::array{w.x, w.y, w.z}.begin(), 3, &world[3 * k]);
  }
  landmarks_.Apply(points, time_s, value_scale);
  world_.Apply(world, time_s, 1);
  for (size_t k = 0; k < kLandmarks; ++k) {
    Landmark& l = result.landmarks[k];
    l = {points[3 * k], points[3 * k + 1], points[3 * k + 2], l.score};
    result.world_m[k] = {world[3 * k], world[3 * k + 1], world[3 * k + 2]};
    if (visibility_) l.score = std::lerp((*visibility_)[k], l.score, kVisibilityWeight);
  }
  visibility_.emplace();
  for (size_t k = 0; k < kLandmarks; ++k) (*visibility_)[k] = result.landmarks[k].score;
}

}  // namespace videopose

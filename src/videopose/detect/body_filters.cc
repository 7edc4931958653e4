// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/body_filters.h"

#include <array>
#include <cmath>
#include <limits>

namespace videopose::internal {
namespace {

constexpr float kScoreWeight = 0.1F;  // of a new value, the rest is the filtered one before
constexpr float kNotMeasured = std::numeric_limits<float>::quiet_NaN();

// Calls visit(point, coordinate of the point) for all that is smoothed.
template <typename Visit>
void ForEachCoordinate(std::span<Keypoint> keypoints, std::span<ExtraPoint> extra_points,
                       const Visit& visit) {
  for (Keypoint& p : keypoints) {
    for (float* coordinate : {&p.x_px, &p.y_px}) visit(p.score > 0, *coordinate);
  }
  for (ExtraPoint& p : extra_points) {
    for (float* coordinate : {&p.x_px, &p.y_px, &p.z_px}) visit(p.score > 0, *coordinate);
  }
}

}  // namespace

float SmoothingScale(const PoseLandmarks& found) {
  const float body_px = 2 * Norm(found.circle_px() - found.hips_px());
  return body_px > 0 ? 1 / body_px : 1;
}

Roi RoiFilter::Apply(const PoseLandmarks& found, double time_s) {
  const Vec2f hips_px = found.hips_px(), circle_px = found.circle_px();
  std::array<float, 4> points = {hips_px.x, hips_px.y, circle_px.x, circle_px.y};
  filter_.Apply(points, time_s, SmoothingScale(found));
  return RoiFromBodyCircle({points[0], points[1]}, {points[2], points[3]});
}

void PointSmoother::Apply(std::span<Keypoint> keypoints, std::span<ExtraPoint> extra_points,
                          double time_s, float scale) {
  std::vector<float> places;
  places.reserve(2 * keypoints.size() + 3 * extra_points.size());
  ForEachCoordinate(keypoints, extra_points, [&](bool is_seen, float coordinate) {
    places.push_back(is_seen ? coordinate : kNotMeasured);
  });
  places_.Apply(places, time_s, scale);
  auto place = places.begin();
  ForEachCoordinate(keypoints, extra_points, [&](bool is_seen, float& coordinate) {
    if (is_seen) coordinate = *place;
    ++place;
  });
  std::vector<float*> scores;
  for (Keypoint& p : keypoints) scores.push_back(&p.score);
  for (ExtraPoint& p : extra_points) scores.push_back(&p.score);
  scores_.resize(scores.size());
  for (size_t i = 0; i < scores.size(); ++i) {
    if (*scores[i] <= 0) continue;
    if (scores_[i] > 0) *scores[i] = std::lerp(scores_[i], *scores[i], kScoreWeight);
    scores_[i] = *scores[i];
  }
}

void PointSmoother::Reset() {
  places_.Reset();
  scores_.clear();
}

}  // namespace videopose::internal

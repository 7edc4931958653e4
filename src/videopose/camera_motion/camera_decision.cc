// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/camera_decision.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "videopose/base/statistics.h"
#include "videopose/geometry/angle.h"
#include "videopose/pose/scenes.h"

namespace videopose::internal {
namespace {

constexpr double kMostFrames = 0.9, kSigmas = 4;

// From the first camera's frame: the rotation vector of each view, degrees.
std::vector<Vec3d> TurnsOf(std::span<const CameraView> views) {
  std::vector<Vec3d> turns;
  for (const CameraView& view : views) {
    const Quaternion& q = view.first_from_cam;
    const Vec3d axis{q.x, q.y, q.z};
    const double sine = Norm(axis);
    const double angle = 2 * std::atan2(sine, std::abs(q.w));
    const double scale = sine < 1e-12 ? 2 : angle / sine;
    turns.push_back(DegreesFromRadians((q.w < 0 ? -scale : scale) * axis));
  }
  return turns;
}

Vec3d MiddleOf(const std::vector<Vec3d>& points) {
  std::vector<double> x, y, z;
  for (const Vec3d& point : points) {
    x.push_back(point.x);
    y.push_back(point.y);
    z.push_back(point.z);
  }
  return {Median(std::move(x)), Median(std::move(y)), Median(std::move(z))};
}

double Doubt_deg(const CameraView& view) {
  return std::clamp(kSigmas * view.sigma_deg, kStill_deg, kMostDoubt_deg);
}

std::vector<double> LogZoomsOf(std::span<const CameraView> views) {
  std::vector<double> zooms;
  for (const CameraView& view : views) zooms.push_back(std::log(view.zoom));
  return zooms;
}

}  // namespace

double DegreesBetween(const CameraView& a, const CameraView& b) {
  const Quaternion turn = Inverse(a.first_from_cam) * b.first_from_cam;
  return DegreesFromRadians(2 * std::atan2(Norm(Vec3d{turn.x, turn.y, turn.z}), std::abs(turn.w)));
}

bool StandsStill(std::span<const CameraView> views) {
  if (Walks(views)) return false;
  if (views.empty()) return true;
  const std::vector<Vec3d> turns = TurnsOf(views);
  const Vec3d middle = MiddleOf(turns);
  std::vector<double> beyond;
  for (size_t t = 0; t < views.size(); ++t) {
    beyond.push_back(Norm(turns[t] - middle) - Doubt_deg(views[t]));
  }
  if (Quantile(std::move(beyond), kMostFrames) > 0) return false;
  std::vector<double> zooms = LogZoomsOf(views);
  const double usual = Median(zooms);
  for (double& zoom : zooms) zoom = std::abs(zoom - usual);
  return Quantile(std::move(zooms), kMostFrames) <= kStillZoom;
}

bool IsBeyondStill(const CameraView& view) {
  return DegreesBetween({}, view) > Doubt_deg(view) || std::abs(std::log(view.zoom)) > kStillZoom;
}

void DropSmallZoom(std::span<CameraView> views) {
  if (views.empty()) return;
  const std::vector<double> zooms = LogZoomsOf(views);
  const auto [least, most] = std::ranges::minmax(zooms);
  if (most - least >= std::log1p(kLeastZoom)) return;
  for (CameraView& view : views) view.zoom = 1;
}

}  // namespace videopose::internal

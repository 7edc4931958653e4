// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/camera_views.h"

#include <cmath>
#include <utility>

#include "videopose/base/statistics.h"

namespace videopose::internal {
namespace {

constexpr double kMostSigma_deg = 3, kMostFrames = 0.9;

// The rotation vector.
Vec3d VectorOf(const Quaternion& q) {
  const Vec3d axis{q.x, q.y, q.z};
  const double sine = Norm(axis), sign = q.w < 0 ? -1 : 1;
  const double angle = 2 * std::atan2(sine, std::abs(q.w));
  return (sine < 1e-12 ? 2 * sign : sign * angle / sine) * axis;
}

Quaternion RotationOf(const Vec3d& vector) {
  const double angle = Norm(vector);
  return angle < 1e-15 ? Quaternion{} : FromAxisAngle((1 / angle) * vector, angle);
}

// How far a rotation moves the image.
double ShiftOf(double focal_px, int size_px) {
  return focal_px + static_cast<double>(size_px) * size_px / (12 * focal_px);
}

template <typename Turn>
void TurnAll(PersonMotion& person, const Turn& turn) {
  for (int64_t t = 0; t < person.joints_in_cam.frame_count(); ++t) {
    for (Vec3f& joint : person.joints_in_cam.frame(t)) {
      joint = turn(t, joint.Cast<double>()).template Cast<float>();
    }
  }
  for (size_t t = 0; t < person.root_in_cam.size(); ++t) {
    Vec3f& root = person.root_in_cam[t];
    root = turn(static_cast<int64_t>(t), root.Cast<double>()).template Cast<float>();
  }
}

}  // namespace

Lens CameraViews::LensAt(const Lens& first, int64_t t) const {
  Lens lens = first;
  if (!zooms.empty()) lens.focal_px = zooms[static_cast<size_t>(t)] * lens.focal_px;
  return lens;
}

CameraViews ViewsThrough(const CameraTrack& track, const Lens& lens) {
  CameraViews views;
  const double focal_px = MeanFocalPx(lens);
  const bool is_other = track.focal_px > 0 && std::abs(track.focal_px / focal_px - 1) > 1e-9;
  const CameraView* before = nullptr;
  for (const CameraView& view : track.views) {
    Quaternion turn = view.first_from_cam;
    if (is_other && before != nullptr) {
      Vec3d step = VectorOf(Inverse(before->first_from_cam) * view.first_from_cam);
      const auto scale = [&](int size_px) {
        return ShiftOf(view.zoom * track.focal_px, size_px) /
               ShiftOf(view.zoom * focal_px, size_px);
      };
      step.x *= scale(lens.height_px);
      step.y *= scale(lens.width_px);
      turn = views.first_from_cam.back() * RotationOf(step);
    }
    views.first_from_cam.push_back(turn);
    views.zooms.push_back(view.zoom);
    before = &view;
  }
  return views;
}

bool IsLost(const CameraTrack& track) {
  std::vector<double> sigmas_deg;
  for (const CameraView& view : track.views) sigmas_deg.push_back(view.sigma_deg);
  return Quantile(std::move(sigmas_deg), kMostFrames) > kMostSigma_deg;
}

void TurnToFirst(Turns first_from_cam, PersonMotion& person) {
  if (first_from_cam.empty()) return;
  TurnAll(person, [&](int64_t t, const Vec3d& v) { return Turned(first_from_cam, t, v); });
}

void TurnBack(Turns first_from_cam, PersonMotion& person) {
  if (first_from_cam.empty()) return;
  TurnAll(person, [&](int64_t t, const Vec3d& v) { return TurnedBack(first_from_cam, t, v); });
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/camera_views.h"

#include <cmath>
#include <utility>

#include "videopose/base/statistics.h"
#include "videopose/geometry/rotation_vector.h"
#include "videopose/pose/scenes.h"

namespace videopose::internal {
namespace {

constexpr double kMostFrames = 0.9;

// How far a rotation moves the image.
double ShiftOf(double focal_px, int size_px) {
  return focal_px + static_cast<double>(size_px) * size_px / (12 * focal_px);
}

template <typename Turn, typename Move>
void MoveAll(PersonMotion& person, const Turn& turn, const Move& move) {
  for (int64_t t = 0; t < person.joints_in_cam.frame_count(); ++t) {
    for (Vec3f& joint : person.joints_in_cam.frame(t)) {
      joint = turn(t, joint.Cast<double>()).template Cast<float>();
    }
  }
  for (size_t t = 0; t < person.root_in_cam.size(); ++t) {
    Vec3f& root = person.root_in_cam[t];
    root = move(static_cast<int64_t>(t), root.Cast<double>()).template Cast<float>();
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
    Vec3d place = view.place_in_first;
    if (is_other && before != nullptr) {
      Vec3d step = RotationVectorOf(Inverse(before->first_from_cam) * view.first_from_cam);
      const auto scale = [&](int size_px) {
        return ShiftOf(view.zoom * track.focal_px, size_px) /
               ShiftOf(view.zoom * focal_px, size_px);
      };
      step.x *= scale(lens.height_px);
      step.y *= scale(lens.width_px);
      const Quaternion& turn_before = views.first_from_cam.back().rotation;
      turn = turn_before * FromRotationVector(step);
      Vec3d way =
          Rotate(Inverse(before->first_from_cam), view.place_in_first - before->place_in_first);
      way.x *= track.focal_px / focal_px;
      way.y *= track.focal_px / focal_px;
      place = views.places_in_first.back() + Rotate(turn_before, way);
    }
    views.first_from_cam.push_back({turn, {}});
    views.places_in_first.push_back(place);
    views.zooms.push_back(view.zoom);
    before = &view;
  }
  if (!Walks(track.views)) views.places_in_first.clear();
  return views;
}

bool IsLost(const CameraTrack& track) {
  std::vector<double> sigmas_deg;
  for (const CameraView& view : track.views) sigmas_deg.push_back(view.sigma_deg);
  return Quantile(std::move(sigmas_deg), kMostFrames) > kLostSigma_deg;
}

void MoveToFirst(MovingFrame first_from_cam, PersonMotion& person) {
  if (first_from_cam.empty()) return;
  MoveAll(
      person, [&](int64_t t, const Vec3d& v) { return Turned(first_from_cam, t, v); },
      [&](int64_t t, const Vec3d& v) { return Moved(first_from_cam, t, v); });
}

void MoveBack(MovingFrame first_from_cam, PersonMotion& person) {
  if (first_from_cam.empty()) return;
  MoveAll(
      person, [&](int64_t t, const Vec3d& v) { return TurnedBack(first_from_cam, t, v); },
      [&](int64_t t, const Vec3d& v) { return MovedBack(first_from_cam, t, v); });
}

}  // namespace videopose::internal

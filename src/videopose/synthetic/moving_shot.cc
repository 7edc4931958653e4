// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/moving_shot.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "videopose/geometry/angle.h"
#include "videopose/synthetic/figure.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal {
namespace {

constexpr double kFov_deg = 42;  // between the upper and the lower edge

SyntheticMotion MotionFor(CameraMove move) {
  using enum SyntheticMoveKind;
  switch (move) {
    case CameraMove::kPan:
    case CameraMove::kPanBySway:
    case CameraMove::kWalkAlong:
    case CameraMove::kWalkByHand:
      return SyntheticMotion({{kWalk, 9.6}, {kStand, 0.5}}, {.start_in_world = {-4.8, 1.0}});
    case CameraMove::kFollow:
      return SyntheticMotion({{kWalk, 6.5}, {kStand, 0.5}}, {.start_in_world = {-3.0, 0.3}});
    case CameraMove::kStill:
    case CameraMove::kZoom:
    case CameraMove::kSway:
    case CameraMove::kArc:
      break;
  }
  return SyntheticMotion({{kWalk, 2.5}, {kWalk, 0, std::numbers::pi}, {kWalk, 2.5}, {kStand, 0.5}},
                         {.start_in_world = {-1.3, 0.5}});
}

// Where the person is on average over a second.
Vec3d AimAt(const SyntheticMotion& motion, double time_s) {
  Vec3d sum;
  constexpr int kReach = 5;
  for (int i = -kReach; i <= kReach; ++i) {
    sum = sum + motion.At(std::max(0.0, time_s + 0.5 * i / kReach))[BodyJoint::kPelvis];
  }
  return 1.0 / (2 * kReach + 1) * sum;
}

double Wave(double time_s, double hz, double phase) {
  return std::sin(2 * std::numbers::pi * (hz * time_s + phase));
}

// As a hand holds it: slow sway of some degrees, tremor of a tenth.
Quaternion HandTurn(double time_s) {
  const double yaw_deg =
      1.6 * Wave(time_s, 0.23, 0.1) + 0.7 * Wave(time_s, 0.71, 0.4) + 0.1 * Wave(time_s, 5.3, 0.2);
  const double pitch_deg =
      1.1 * Wave(time_s, 0.31, 0.6) + 0.5 * Wave(time_s, 0.9, 0.3) + 0.1 * Wave(time_s, 6.1, 0.5);
  const double roll_deg = 0.8 * Wave(time_s, 0.17, 0.8) + 0.3 * Wave(time_s, 0.6, 0.9);
  return FromAxisAngle({0, 1, 0}, RadiansFromDegrees(yaw_deg)) *
         FromAxisAngle({1, 0, 0}, RadiansFromDegrees(pitch_deg)) *
         FromAxisAngle({0, 0, 1}, RadiansFromDegrees(roll_deg));
}

// Where the camera is, and what it looks at; `share` of the time has passed.
std::pair<Vec3d, Vec3d> AimOf(CameraMove move, const SyntheticMotion& motion, double time_s,
                              double share) {
  const Vec3d person = AimAt(motion, time_s), at_person{person.x, person.y, 1.0};
  switch (move) {
    case CameraMove::kPan:
    case CameraMove::kPanBySway:
      return {{0, -2.4, 1.5}, at_person};
    case CameraMove::kWalkAlong:
      return {{person.x, -2.4, 1.5}, at_person};
    case CameraMove::kFollow:
      return {{-5.9 + 5.5 * share, -0.4, 1.6}, {person.x, person.y, 0.9}};
    case CameraMove::kArc: {
      const double angle = RadiansFromDegrees(110 * (share - 0.5));
      return {{3.3 * std::sin(angle), 0.5 - 3.3 * std::cos(angle), 1.5}, {0, 0.5, 1.0}};
    }
    case CameraMove::kWalkByHand: {
      // Two steps a second and a bit; ahead of the person at first, behind at last.
      const Vec3d step{0, 0.03 * Wave(time_s, 0.95, 0.2), 0.025 * Wave(time_s, 1.9, 0)};
      return {Vec3d{person.x + 0.9 - 1.8 * share, -2.0 - 0.6 * share, 1.5} + step, at_person};
    }
    case CameraMove::kStill:
    case CameraMove::kZoom:
    case CameraMove::kSway:
      break;
  }
  return {{0, -3.6, 1.5}, {0, 0.5, 1.0}};
}

Camera CameraAt(CameraMove move, const SyntheticMotion& motion, double time_s, int width_px,
                int height_px) {
  const bool by_hand = move == CameraMove::kSway || move == CameraMove::kPanBySway ||
                       move == CameraMove::kWalkByHand;
  const double share = std::clamp(time_s / motion.duration_s(), 0.0, 1.0);
  auto [place, target] = AimOf(move, motion, time_s, share);
  if (by_hand) {
    place = place +
            0.02 * Vec3d{Wave(time_s, 0.27, 0), Wave(time_s, 0.19, 0.3), Wave(time_s, 0.45, 0.7)};
  }
  Camera camera = LookAt(place, target, width_px, height_px, RadiansFromDegrees(kFov_deg));
  double zoom = 1;
  if (move == CameraMove::kZoom) zoom = std::exp2(std::sin(std::numbers::pi * share)) / 1.5;
  if (move == CameraMove::kPanBySway) zoom = 1 + 0.4 * share;
  camera.lens = PlainLens(zoom * camera.lens.focal_px.x, width_px, height_px);
  if (by_hand) {
    camera.world_from_cam.rotation = camera.world_from_cam.rotation * HandTurn(time_s);
  }
  return camera;
}

// One before the other, in opposite directions, along the back wall.
std::vector<Crate> CratesAt(double time_s) {
  const auto crate_at = [](double x, float y, const Vec3f& size) {
    const Vec3f low{static_cast<float>(x) - 0.5F * size.x, y, 0};
    return Crate{low, low + size};
  };
  return {crate_at(3.6 * Wave(time_s, 0.11, 0), 1.75F, {1.9F, 0.5F, 1.3F}),
          crate_at(3.6 * Wave(time_s, 0.09, 0.4), 2.35F, {1.5F, 0.5F, 1.8F})};
}

void RenderMoment(const MovingShot& shot, double time_s, Image& image) {
  Room room{.is_cluttered = true};
  if (shot.troubles.has_crates) room.crates = CratesAt(time_s);
  const FigureRenderer renderer(shot.camera_at(time_s), shot.cameras[0], {}, room);
  const BodyPose pose = shot.pose_at(time_s);
  renderer.Render(&pose, shot.height_m, image);
}

}  // namespace

void MovingShot::RenderFrame(int64_t t, Image& image) const {
  const double time_s = static_cast<double>(t) / fps;
  const double span_s = troubles.exposure_s + troubles.readout_s;
  if (span_s == 0) {
    RenderMoment(*this, time_s, image);
    return;
  }
  // Each row is the mean of the moments within its exposure, or the nearest one.
  constexpr double kStep_s = 0.004;
  const int moments = static_cast<int>(std::ceil(span_s / kStep_s)) + 1;
  const int height_px = cameras[0].lens.height_px;
  const size_t row_values = static_cast<size_t>(cameras[0].lens.width_px) * Image::kBytesPerPixel;
  std::vector<uint32_t> sums(row_values * static_cast<size_t>(height_px));
  std::vector<uint32_t> counts(static_cast<size_t>(height_px));
  for (int m = 0; m < moments; ++m) {
    const double offset_s = span_s * (static_cast<double>(m) / (moments - 1) - 0.5);
    RenderMoment(*this, time_s + offset_s, image);
    for (int y = 0; y < height_px; ++y) {
      const double row_s = troubles.readout_s * ((y + 0.5) / height_px - 0.5);
      const double reach_s = 0.5 * std::max(troubles.exposure_s, span_s / (moments - 1));
      if (std::abs(offset_s - row_s) > reach_s) continue;
      ++counts[static_cast<size_t>(y)];
      uint32_t* sum = &sums[row_values * static_cast<size_t>(y)];
      const uint8_t* row = image.row(y);
      for (size_t i = 0; i < row_values; ++i) sum[i] += row[i];
    }
  }
  for (int y = 0; y < height_px; ++y) {
    const uint32_t count = counts[static_cast<size_t>(y)];
    const uint32_t* sum = &sums[row_values * static_cast<size_t>(y)];
    uint8_t* row = image.row(y);
    for (size_t i = 0; i < row_values; ++i) {
      row[i] = static_cast<uint8_t>((sum[i] + count / 2) / count);
    }
  }
}

std::vector<Keypoint> MovingShot::KeypointsAt(int64_t t) const {
  const auto at = static_cast<size_t>(t);
  std::vector<Keypoint> keypoints;
  for (const Vec3d& joint : CocoJoints(poses[at])) {
    const Vec2d px = PixelFromWorld(cameras[at], joint);
    keypoints.push_back({static_cast<float>(px.x), static_cast<float>(px.y), 1});
  }
  return keypoints;
}

MovingShot MakeMovingShot(CameraMove move, int height_px, double fps, double longest_s,
                          const ShotTroubles& troubles) {
  const SyntheticMotion motion = MotionFor(move);
  const int width_px = height_px * 16 / 9 / 2 * 2;
  MovingShot shot{
      .fps = fps,
      .height_m = motion.height_m(),
      .troubles = troubles,
      .camera_at =
          [=](double time_s) { return CameraAt(move, motion, time_s, width_px, height_px); },
      .pose_at = [=](double time_s) { return motion.At(time_s); }};
  const auto frames = static_cast<int64_t>(std::min(longest_s, motion.duration_s()) * fps);
  for (int64_t t = 0; t < frames; ++t) {
    const double time_s = static_cast<double>(t) / fps;
    shot.poses.push_back(shot.pose_at(time_s));
    shot.cameras.push_back(shot.camera_at(time_s));
  }
  return shot;
}

}  // namespace videopose::internal

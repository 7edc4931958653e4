// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/demo_clip.h"

#include <numbers>

#include "videopose/base/check.h"
#include "videopose/geometry/angle.h"

namespace videopose::internal {
namespace {

constexpr double kHeight_m = 1.74;

SyntheticClip MakeDemo(int height_px) {
  VP_CHECK(height_px > 0 && height_px % 2 == 0, "{} pixels high", height_px);
  using enum SyntheticMoveKind;
  constexpr double kPi = std::numbers::pi;
  const SyntheticMotion motion(
      {{kWalk, 2.9, -kPi / 2}, {kWave, 1.9}, {kSquat, 1}, {kJumpingJack, 2}, {kStand, 0.3}},
      {.height_m = kHeight_m, .start_in_world = {-1.9, 1.6}, .start_yaw_rad = 0});
  const int width_px = height_px * 9 / 5 / 2 * 2;
  const Camera camera =
      LookAt({0.5, -4.7, 1.45}, {-0.1, 0, 0.98}, width_px, height_px, RadiansFromDegrees(34.0));
  // Begins in the first step.
  return MakeSyntheticClip(motion, camera, {.fps = 25, .begin_s = 0.3});
}

}  // namespace

DemoClip::DemoClip(int height_px) : truth_(MakeDemo(height_px)), renderer_(truth_.camera) {}

void DemoClip::RenderFrame(int64_t t, Image& image) const {
  VP_CHECK(t >= 0 && t < frame_count(), "frame {} of {}", t, frame_count());
  renderer_.Render(&truth_.poses[static_cast<size_t>(t)], kHeight_m, image);
}

}  // namespace videopose::internal

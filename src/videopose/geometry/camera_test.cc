// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "videopose/geometry.h"

namespace videopose {
namespace {

constexpr double kRounding = 1e-9;  // pixels and metres; some ten operations in double

TEST(Camera, ProjectsByHand) {
  PinholeCamera camera;
  camera.focal_px = 500;
  camera.centre_px = {320, 240};
  // 500 * 0.4 / 2 + 320 = 420; 500 * -0.2 / 2 + 240 = 190.
  const Vec2d px = PixelFromCam(camera, {0.4, -0.2, 2});
  EXPECT_DOUBLE_EQ(px.x, 420);
  EXPECT_DOUBLE_EQ(px.y, 190);
}

TEST(Camera, LookingAlongTheWorldsYSeesXRightAndZUp) {
  const PinholeCamera camera = LookAt({1, -4, 1}, {1, 0, 1}, 640, 480, std::numbers::pi / 2);
  EXPECT_NEAR(camera.focal_px, 240, kRounding);  // half the height over tan 45 degrees
  const Vec3d x_in_cam = CamFromWorld(camera, {1.5, 0, 1.25});
  EXPECT_NEAR(x_in_cam.x, 0.5, kRounding);
  EXPECT_NEAR(x_in_cam.y, -0.25, kRounding);
  EXPECT_NEAR(x_in_cam.z, 4, kRounding);
  const Vec2d px = PixelFromWorld(camera, {1.5, 0, 1.25});
  EXPECT_NEAR(px.x, 320 + 240 * 0.5 / 4, kRounding);
  EXPECT_NEAR(px.y, 240 - 240 * 0.25 / 4, kRounding);
}

TEST(Camera, TheTargetIsInTheMiddleAndTheHorizonLevel) {
  const Vec3d target{0.3, 0.4, 0.9};
  const PinholeCamera camera = LookAt({-3, 5, 2.2}, target, 864, 480, 0.6);
  const Vec2d middle = PixelFromWorld(camera, target);
  EXPECT_NEAR(middle.x, 432, kRounding);
  EXPECT_NEAR(middle.y, 240, kRounding);
  const Vec2d above = PixelFromWorld(camera, target + Vec3d{0, 0, 0.5});
  EXPECT_NEAR(above.x, 432, kRounding);
  EXPECT_LT(above.y, 240);
}

TEST(Camera, RaysAndFramesInvertProjection) {
  const PinholeCamera camera = LookAt({-3, 5, 2.2}, {0, 0, 1}, 864, 480, 0.6);
  const Vec3d x_in_world{0.7, -0.2, 1.4};
  const Vec3d back = WorldFromCam(camera, CamFromWorld(camera, x_in_world));
  EXPECT_NEAR(Norm(back - x_in_world), 0, kRounding);
  const Vec3d ray = RayInWorld(camera, PixelFromWorld(camera, x_in_world));
  const Vec3d direction = Normalized(x_in_world - camera.position_in_world);
  EXPECT_NEAR(Norm(ray - direction), 0, kRounding);
}

}  // namespace
}  // namespace videopose

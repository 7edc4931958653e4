// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "videopose/geometry.h"

namespace videopose::internal::camera_test {

constexpr double kRounding = 1e-9;  // pixels and metres; some ten operations in double

TEST(Camera, ProjectsByHand) {
  // 500 * 0.4 / 2 + 320 = 420; 500 * -0.2 / 2 + 240 = 190.
  const Vec2d px = PixelFromCam(PlainLens(500, 640, 480), {0.4, -0.2, 2});
  EXPECT_DOUBLE_EQ(px.x, 420);
  EXPECT_DOUBLE_EQ(px.y, 190);
}

TEST(Camera, LookingAlongTheWorldsYSeesXRightAndZUp) {
  const Camera camera = LookAt({1, -4, 1}, {1, 0, 1}, 640, 480, std::numbers::pi / 2);
  EXPECT_NEAR(camera.lens.focal_px.x, 240, kRounding);  // half the height over tan 45 degrees
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
  const Camera camera = LookAt({-3, 5, 2.2}, target, 864, 480, 0.6);
  const Vec2d middle = PixelFromWorld(camera, target);
  EXPECT_NEAR(middle.x, 432, kRounding);
  EXPECT_NEAR(middle.y, 240, kRounding);
  const Vec2d above = PixelFromWorld(camera, target + Vec3d{0, 0, 0.5});
  EXPECT_NEAR(above.x, 432, kRounding);
  EXPECT_LT(above.y, 240);
}

TEST(Camera, ARayThroughAPixelMeetsThePoint) {
  Camera camera = LookAt({-3, 5, 2.2}, {0, 0, 1}, 864, 480, 0.6);
  camera.lens.distortion = {0.1, -0.2, 0.001, 0.002};
  const Vec3d x_in_world{0.7, -0.2, 1.4};
  const Vec2d ray = Undistorted(camera.lens, PixelFromWorld(camera, x_in_world));
  const Vec3d direction =
      Rotate(camera.world_from_cam.rotation, Normalized(Vec3d{ray.x, ray.y, 1}));
  const Vec3d expected = Normalized(x_in_world - camera.world_from_cam.translation);
  EXPECT_NEAR(Norm(direction - expected), 0, 1e-7);  // Newton's method stops at 1e-8
}

TEST(Rigid3d, ComposesAndInvertsAsPointsDo) {
  const Rigid3d b_from_a{FromAxisAngle({0.6, 0, 0.8}, 2.1), {1, -2, 3}};
  const Rigid3d c_from_b{FromAxisAngle({0, 1, 0}, -0.7), {-0.5, 0.25, 4}};
  const Vec3d x_in_a{0.3, 1.7, -0.4};
  const Vec3d x_in_b = b_from_a * x_in_a;
  EXPECT_NEAR(Norm((c_from_b * b_from_a) * x_in_a - c_from_b * x_in_b), 0, kRounding);
  EXPECT_NEAR(Norm(Inverse(b_from_a) * x_in_b - x_in_a), 0, kRounding);
  EXPECT_NEAR(Norm(ApplyInverse(b_from_a, x_in_b) - x_in_a), 0, kRounding);
}

TEST(Rigid3d, TurnsFirstAndShiftsThen) {
  const Rigid3d b_from_a{FromAxisAngle({0, 0, 1}, std::numbers::pi / 2), {10, 0, 0}};
  EXPECT_NEAR(Norm(b_from_a * Vec3d{1, 0, 0} - Vec3d{10, 1, 0}), 0, kRounding);
}

}  // namespace videopose::internal::camera_test

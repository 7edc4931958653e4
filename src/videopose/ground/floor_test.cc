// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/floor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "videopose/geometry.h"

namespace videopose::internal::floor_test {

constexpr double kDegree = std::numbers::pi / 180;

double AngleBetween(const Vec3d& a, const Vec3d& b) { return std::acos(Dot(a, b)) / kDegree; }

// A person in balance, seen by a camera 2 m over the floor.
struct Scene {
  explicit Scene(const Vec3d& true_up) : up(true_up) {
    for (int i = 0; i < 200; ++i) {
      const double sway = 4 * kDegree * std::sin(0.4 * i);
      evidence.balances.push_back({Rotate(FromAxisAngle({0, 0, 1}, sway), up), 1.0 / 30});
    }
  }
  // `count` stances about there, x and z in the camera, on the floor or so much higher.
  void Stand(int count, double x_m, double z_m, double higher_m = 0) {
    for (int i = 0; i < count; ++i) {
      Vec3d at{x_m + 0.2 * (i % 3), 0, z_m + 0.2 * (i % 2)};
      const double height_m = -2 + higher_m + 0.08 + 0.01 * (i % 2);
      at.y = (height_m - up.x * at.x - up.z * at.z) / up.y;
      evidence.stances.push_back({at, 0.08, 0});
    }
  }
  Vec3d up;
  FloorEvidence evidence;
};

TEST(EstimateFloor, IsThePlaneThatFeetStandOn) {
  Scene scene(Normalized(Vec3d{0.08, -1, -0.3}));
  for (const double x_m : {-2, 0, 2}) {
    for (const double z_m : {4, 6, 8}) scene.Stand(6, x_m, z_m);
  }
  const FloorEstimate estimate = EstimateFloor(scene.evidence);
  EXPECT_LT(AngleBetween(estimate.floor.up_in_cam, scene.up), 0.5);
  EXPECT_NEAR(estimate.floor.level_m, -2, 0.03);
}

// A steep plane goes through all stances, but people do not stand like that.
TEST(EstimateFloor, StancesOnABoxDoNotTiltTheFloor) {
  Scene scene({0, -1, 0});
  scene.Stand(40, -1, 6, 1.3);
  scene.Stand(20, 1.5, 6);
  const FloorEstimate estimate = EstimateFloor(scene.evidence);
  EXPECT_LT(AngleBetween(estimate.floor.up_in_cam, scene.up), 3);
  EXPECT_NEAR(estimate.floor.level_m, -0.7, 0.2) << "the box, where most stands are";
}

TEST(EstimateFloor, WithoutAnythingTheCameraIsLevel) {
  const FloorEstimate estimate = EstimateFloor({});
  EXPECT_LT(AngleBetween(estimate.floor.up_in_cam, {0, -1, 0}), 1e-6);
}

}  // namespace videopose::internal::floor_test

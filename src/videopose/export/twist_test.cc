// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/twist.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "videopose/export/euler.h"

namespace videopose::internal::twist_test {

constexpr double kPi = std::numbers::pi;

TEST(Swing, IsTheShortestTurn) {
  const Vec3d from = Normalized(Vec3d{1, 2, -0.5}), to = Normalized(Vec3d{-1, 0.3, 2});
  const Quaternion q = Swing(from, to);
  EXPECT_LT(Norm(Rotate(q, from) - to), 1e-12);
  EXPECT_NEAR(2 * std::acos(q.w), std::acos(Dot(from, to)), 1e-12);
}

TEST(Swing, TurnsOppositeDirectionsToo) {
  for (const Vec3d& v : {Vec3d{1, 0, 0}, Vec3d{0, 1, 0}, Normalized(Vec3d{1, -1, 3})}) {
    EXPECT_LT(Norm(Rotate(Swing(v, -v), v) + v), 1e-9);
  }
}

TEST(SmoothTwist, FollowsWhatIsSeenThroughFullTurns) {
  std::vector<SeenTwist> seen;
  for (int t = 0; t < 200; ++t) seen.push_back({std::remainder(0.1 * t, 2 * kPi), 1});
  const auto angles = SmoothTwist(seen, 25);
  for (size_t t = 3; t + 3 < angles.size(); ++t) {
    EXPECT_NEAR(angles[t], 0.1 * static_cast<double>(t), 0.01);
  }
}

TEST(SmoothTwist, GoesOverEvenlyWhereNothingIsSeen) {
  std::vector<SeenTwist> seen(60);
  for (size_t t = 0; t < 20; ++t) seen[t] = {1.0, 1};
  for (size_t t = 20; t < 40; ++t) seen[t] = {-3, 0};  // noise that must not count
  for (size_t t = 40; t < 60; ++t) seen[t] = {-1.0, 1};
  const auto angles = SmoothTwist(seen, 25);
  EXPECT_NEAR(angles[5], 1, 0.01);
  EXPECT_NEAR(angles[30], 0, 0.1);
  for (size_t t = 1; t < angles.size(); ++t) EXPECT_LT(std::abs(angles[t] - angles[t - 1]), 0.11);
}

TEST(SmoothTwist, IsNothingWhereNothingIsEverSeen) {
  for (const double angle : SmoothTwist(std::vector<SeenTwist>(10, {2.0, 0}), 25)) {
    EXPECT_EQ(angle, 0);
  }
  EXPECT_TRUE(SmoothTwist({}, 25).empty());
}

Quaternion FromEuler(const EulerZxy& e) {
  return FromAxisAngle({0, 0, 1}, e.z_rad) * FromAxisAngle({1, 0, 0}, e.x_rad) *
         FromAxisAngle({0, 1, 0}, e.y_rad);
}

double Difference(const Quaternion& a, const Quaternion& b) {
  return 1 - std::abs(a.w * b.w + a.x * b.x + a.y * b.y + a.z * b.z);
}

TEST(EulerZxy, IsTheSameRotationWithoutJumps) {
  // A course through several turns and close by the gimbal's lock.
  EulerZxy last;
  for (int i = 0; i < 2000; ++i) {
    const double t = 0.01 * i;
    const EulerZxy truth{1.5 * t, 1.5 * std::sin(t), -0.7 * t};
    const EulerZxy found = ToEulerZxy(FromEuler(truth), last);
    EXPECT_LT(Difference(FromEuler(found), FromEuler(truth)), 1e-12);
    EXPECT_NEAR(found.z_rad, truth.z_rad, 1e-6);
    EXPECT_NEAR(found.x_rad, truth.x_rad, 1e-6);
    EXPECT_NEAR(found.y_rad, truth.y_rad, 1e-6);
    last = found;
  }
}

TEST(EulerZxy, KeepsZInTheGimbalsLock) {
  for (const double x_rad : {kPi / 2, -kPi / 2}) {
    const Quaternion q = FromEuler({0.4, x_rad, 1.1});
    const EulerZxy found = ToEulerZxy(q, {.z_rad = 0.3});
    EXPECT_EQ(found.z_rad, 0.3);
    EXPECT_LT(Difference(FromEuler(found), q), 1e-9);
  }
}

}  // namespace videopose::internal::twist_test

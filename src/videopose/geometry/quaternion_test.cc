// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "videopose/geometry.h"
#include "videopose/geometry/rotation_vector.h"

namespace videopose::internal::quaternion_test {

constexpr double kRounding = 1e-12;  // a few operations in double

void ExpectNear(const Vec3d& actual, const Vec3d& expected) {
  EXPECT_NEAR(actual.x, expected.x, kRounding);
  EXPECT_NEAR(actual.y, expected.y, kRounding);
  EXPECT_NEAR(actual.z, expected.z, kRounding);
}

TEST(Quaternion, HamiltonsRule) {
  const Quaternion i{0, 1, 0, 0}, j{0, 0, 1, 0}, k{0, 0, 0, 1}, minus_one{-1, 0, 0, 0};
  EXPECT_EQ(i * i, minus_one);
  EXPECT_EQ(i * j * k, minus_one);
  EXPECT_EQ(i * j, k);
  EXPECT_EQ(j * k, i);
}

TEST(Quaternion, AQuarterTurnAboutZTakesXToY) {
  const Quaternion turn = FromAxisAngle({0, 0, 1}, std::numbers::pi / 2);
  ExpectNear(Rotate(turn, {1, 0, 0}), {0, 1, 0});
  ExpectNear(Rotate(turn, {0, 1, 0}), {-1, 0, 0});
  ExpectNear(Rotate(turn, {0, 0, 1}), {0, 0, 1});
}

TEST(Quaternion, AProductTurnsByTheRightFactorFirst) {
  const Quaternion a = FromAxisAngle(Normalized(Vec3d{1, 2, 3}), 0.7);
  const Quaternion b = FromAxisAngle(Normalized(Vec3d{-2, 0.5, 1}), -1.9);
  const Vec3d v{0.3, -0.8, 2.5};
  ExpectNear(Rotate(b * a, v), Rotate(b, Rotate(a, v)));
  ExpectNear(Rotate(Inverse(a), Rotate(a, v)), v);
}

TEST(Quaternion, FromAxesFindsItsWayBackInEveryBranch) {
  // Half turns make each of w, x, y, z the largest component in turn.
  const Vec3d axes[] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, Normalized(Vec3d{1, -2, 3})};
  for (const Vec3d& axis : axes) {
    for (const double angle : {0.0, 0.4, 2.0, 3.1, std::numbers::pi}) {
      const Quaternion q = FromAxisAngle(axis, angle);
      const Quaternion back =
          FromAxes(Rotate(q, {1, 0, 0}), Rotate(q, {0, 1, 0}), Rotate(q, {0, 0, 1}));
      ExpectNear(Rotate(back, {0.1, 0.2, 0.3}), Rotate(q, {0.1, 0.2, 0.3}));
    }
  }
}

TEST(RotationVector, ThereAndBack) {
  for (const Vec3d& vector :
       {Vec3d{0.3, -0.2, 1.1}, Vec3d{1e-7, 0, 0}, Vec3d{0, 3.1, 0}, Vec3d{}}) {
    ExpectNear(RotationVectorOf(FromRotationVector(vector)), vector);
  }
  const Quaternion q = FromRotationVector({0.3, -0.2, 1.1});
  ExpectNear(RotationVectorOf({-q.w, -q.x, -q.y, -q.z}), {0.3, -0.2, 1.1});
}

TEST(RotationVector, BetweenGoesTheShorterWay) {
  const Quaternion a = FromAxisAngle({0, 0, 1}, 0.2), b = FromAxisAngle({0, 0, 1}, 1.4);
  ExpectNear(RotationVectorOf(Between(a, b, 0.25)), {0, 0, 0.5});
  ExpectNear(RotationVectorOf(Between(a, {-b.w, -b.x, -b.y, -b.z}, 0.25)), {0, 0, 0.5});
  ExpectNear(RotationVectorOf(Between(a, b, 1)), {0, 0, 1.4});
}

}  // namespace videopose::internal::quaternion_test

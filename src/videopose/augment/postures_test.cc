// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/postures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "videopose/augment/motion_mixer.h"
#include "videopose/geometry/angle.h"

namespace videopose::internal::postures_test {

double AngleDeg(const Vec3d& a, const Vec3d& b) {
  return std::atan2(Norm(Cross(a, b)), Dot(a, b)) / kRadiansPerDegree;
}

double Distance(const Vec3d& a, const Vec3d& b) { return Norm(a - b); }

BodyFrame Standing() {
  BodyFrame frame;
  frame.thigh = frame.shank = {Vec3d{0, -1, 0}, Vec3d{0, -1, 0}};
  frame.trunk = frame.spine = frame.neck = {0, 1, 0};
  frame.shoulder = {Vec3d{1, 0, 0}, Vec3d{-1, 0, 0}};
  frame.upper_arm = frame.forearm = frame.thigh;
  return frame;
}

TEST(PoseLeg, BendsHipsAndKneesAsPeopleDo) {
  BodyFrame frame;
  const double right_angle = 90 * kRadiansPerDegree;
  for (size_t side = 0; side < 2; ++side) {
    const double outward = side == 0 ? 1 : -1;
    // Sitting on a chair: the thigh forward, the shank down.
    PoseLeg({.flexion = right_angle, .knee = right_angle}, side, frame);
    EXPECT_LT(Distance(frame.thigh[side], Vec3d{0, 0, 1}), 1e-9);
    EXPECT_LT(Distance(frame.shank[side], Vec3d{0, -1, 0}), 1e-9);
    // With the thigh turned outward the foot goes inward.
    PoseLeg({.flexion = right_angle, .turn = right_angle, .knee = right_angle}, side, frame);
    EXPECT_LT(Distance(frame.shank[side], Vec3d{-outward, 0, 0}), 1e-9);
    PoseLeg({.abduction = right_angle / 3}, side, frame);
    EXPECT_NEAR(frame.thigh[side].x, 0.5 * outward, 1e-9);
  }
}

TEST(ReachFor, BringsTheHandThereWithItsElbowOnThatSide) {
  FastRandom random(5);
  const double most_rad = 155 * kRadiansPerDegree;
  for (int i = 0; i < 200; ++i) {
    const Vec3d way = {random.Uniform(-0.4, 0.4), random.Uniform(-0.4, 0.4),
                       random.Uniform(-0.4, 0.4)};
    const Vec3d side = {random.Gauss(), random.Gauss(), random.Gauss()};
    const ArmDirections arm = ReachFor(way, side, 0.28, 0.25, most_rad);
    EXPECT_NEAR(Norm(arm.upper_arm), 1, 1e-9);
    EXPECT_NEAR(Norm(arm.forearm), 1, 1e-9);
    const double flexion_deg = AngleDeg(arm.upper_arm, arm.forearm);
    EXPECT_LE(flexion_deg, 155.001);
    const Vec3d hand = 0.28 * arm.upper_arm + 0.25 * arm.forearm;
    EXPECT_LT(AngleDeg(hand, way), 1e-3);
    if (Norm(way) < 0.52 && flexion_deg < 154.9) {
      EXPECT_LT(Distance(hand, way), 1e-9);
    }
    const Vec3d bent = arm.upper_arm - Dot(arm.upper_arm, Normalized(way)) * Normalized(way);
    EXPECT_GE(Dot(bent, side), -1e-9);
  }
}

// The pose after a posture, for many bodies.
std::vector<MixedMotion> Mixed(double seats, double reaches) {
  const BodyMotion standing{.name = "", .fps = 30, .frames = {Standing(), Standing()}};
  MixerOptions options = MixerOptions::AsRecorded();
  options.body.variation = 1;
  options.seats = seats;
  options.reaches = reaches;
  FastRandom random(11);
  std::vector<MixedMotion> motions;
  for (int i = 0; i < 400; ++i) motions.push_back(MixMotion({&standing, 1}, 60, options, random));
  return motions;
}

TEST(Seat, BendsHipsAndKneesFarBeyondStandingButNotBeyondPeople) {
  int deep_knees = 0, sit = 0, legs = 0;
  for (const MixedMotion& motion : Mixed(1, 0)) {
    for (const BodyFrame& frame : {motion.frames.front(), motion.frames.back()}) {
      for (size_t side = 0; side < 2; ++side) {
        const double knee_deg = AngleDeg(frame.thigh[side], frame.shank[side]);
        EXPECT_LT(knee_deg, 175);
        const double hip_deg = AngleDeg(frame.thigh[side], Vec3d{0, -1, 0});
        EXPECT_LT(hip_deg, 150);
        ++legs;
        deep_knees += knee_deg > 90;
        sit += hip_deg > 60;
      }
    }
  }
  EXPECT_GT(deep_knees, legs / 3);
  EXPECT_GT(sit, legs / 2);
}

TEST(Seat, MovesSmoothly) {
  for (const MixedMotion& motion : Mixed(1, 0)) {
    for (size_t t = 1; t < motion.frames.size(); ++t) {
      const double deg = AngleDeg(motion.frames[t - 1].shank[0], motion.frames[t].shank[0]);
      EXPECT_LT(deg * motion.fps, 1200);  // a stand within half a second, crossed legs and all
    }
  }
}

TEST(Reach, BringsHandsToTheBody) {
  int hands = 0, bent = 0, at_head = 0;
  for (const MixedMotion& motion : Mixed(0, 1)) {
    const BodyFrame& frame = motion.frames[30];
    const auto points = PlaceBody(frame, motion.shape);
    for (size_t side = 0; side < 2; ++side) {
      const double flexion_deg = AngleDeg(frame.upper_arm[side], frame.forearm[side]);
      EXPECT_LT(flexion_deg, 155.1);
      if (flexion_deg < 1e-3 && frame.upper_arm[side].y < -0.999) continue;  // hangs as before
      ++hands;
      bent += flexion_deg > 90;
      at_head += Distance(points[side == 0 ? 13 : 16], points[10]) < 0.3;
    }
  }
  EXPECT_GT(hands, 400);
  EXPECT_GT(bent, hands / 3);
  EXPECT_GT(at_head, hands / 6);
}

}  // namespace videopose::internal::postures_test

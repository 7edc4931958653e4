// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/rig.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "videopose/base/error.h"
#include "videopose/export/test_motion.h"
#include "videopose/geometry/angle.h"
#include "videopose/refine/limb_ends.h"

namespace videopose::internal::rig_test {

constexpr SyntheticKind kKinds[] = {SyntheticKind::kWaving,       SyntheticKind::kArmRaises,
                                    SyntheticKind::kWalkInCircle, SyntheticKind::kWalkToAndFro,
                                    SyntheticKind::kSquats,       SyntheticKind::kJumpingJacks};

double AngleBetween(const Quaternion& a, const Quaternion& b) {
  const double cosine = std::abs(a.w * b.w + a.x * b.x + a.y * b.y + a.z * b.z);
  return DegreesFromRadians(2 * std::acos(std::min(1.0, cosine)));
}

double MeanError_mm(const Motion& motion, const RigMotion& rig) {
  const auto source = JointsInWorld(motion, motion.people[0]);
  double sum = 0;
  for (int64_t t = 0; t < rig.frame_count; ++t) {
    const auto joints = RigSourceJoints(rig, t);
    for (size_t j = 0; j < joints.size(); ++j) sum += Norm(joints[j] - InRig(source, t, j));
  }
  return 1000 * sum / static_cast<double>(17 * rig.frame_count);
}

// The largest turn of any joint, against its parent, from one frame to the next.
double LargestStep_deg(const RigMotion& rig, std::initializer_list<int> but = {}) {
  double largest = 0;
  for (int64_t t = 1; t < rig.frame_count; ++t) {
    for (int j = 0; j < kRigJointCount; ++j) {
      if (std::ranges::find(but, j) != but.end()) continue;
      const double step = AngleBetween(rig.frame(t)[j], rig.frame(t - 1)[j]);
      largest = std::max(largest, step);
    }
  }
  return largest;
}

TEST(RigMotion, GoesWhereTheSourceGoes) {
  for (const SyntheticKind kind : kKinds) {
    const Motion motion = TestMotion(kind);
    // Bones of synthetic people are rigid but for the shoulders' shrug; single precision.
    EXPECT_LT(MeanError_mm(motion, FitRig(motion, motion.people[0])), 1) << static_cast<int>(kind);
  }
}

TEST(RigMotion, StaysNearANoisySourceThoughItsBonesKeepTheirLengths) {
  for (const SyntheticKind kind : kKinds) {
    const Motion motion = TestMotion(kind, {.noise_m = 0.01});
    // The noise itself is 16 mm in the mean (10 mm in each of three coordinates).
    EXPECT_LT(MeanError_mm(motion, FitRig(motion, motion.people[0])), 15);
  }
}

TEST(RigMotion, TurnsWithoutJumps) {
  for (const SyntheticKind kind : kKinds) {
    const Motion motion = TestMotion(kind);
    // At 25 fps. The fastest are walkers' thighs and knees, 400 degrees a second.
    EXPECT_LT(LargestStep_deg(FitRig(motion, motion.people[0])), 20) << static_cast<int>(kind);
  }
}

TEST(RigMotion, DoesNotFlipWhereLimbsAreStraightAndNoisy) {
  // Walkers' knees are nearly straight at every step; with noise of 10 mm their plane means
  // nothing.
  const Motion motion = TestMotion(SyntheticKind::kWalkToAndFro, {.noise_m = 0.01});
  // Neck and head are 10 cm long: the noise itself turns them.
  EXPECT_LT(LargestStep_deg(FitRig(motion, motion.people[0]), {kRigNeck, kRigHead}), 45);
}

TEST(RigMotion, KneesAndElbowsAreHinges) {
  const Motion motion = TestMotion(SyntheticKind::kSquats);
  const RigMotion rig = FitRig(motion, motion.people[0]);
  for (int64_t t = 0; t < rig.frame_count; ++t) {
    // Pure turns about the rest hinge: knees x (flexion takes the shank back), elbows y.
    for (const int knee : {kRigLeftLeg, kRigRightLeg}) {
      EXPECT_NEAR(rig.frame(t)[knee].y, 0, 0.02);
      EXPECT_NEAR(rig.frame(t)[knee].z, 0, 0.02);
      EXPECT_GT(rig.frame(t)[knee].x * rig.frame(t)[knee].w, -0.01);
    }
    EXPECT_NEAR(rig.frame(t)[kRigLeftForeArm].x, 0, 0.03);
    EXPECT_NEAR(rig.frame(t)[kRigLeftForeArm].z, 0, 0.03);
    EXPECT_LT(rig.frame(t)[kRigLeftForeArm].y * rig.frame(t)[kRigLeftForeArm].w, 0.01);
  }
}

// A motion with hands and feet that are turned in all ways.
TEST(RigMotion, HandsAndFeetOfBody25GoWhereTheirPointsGo) {
  const Motion walk = TestMotion(SyntheticKind::kWalkInCircle);
  const Motion motion = WithHandsAndFeet(walk, {.frame_count = walk.frame_count});
  const RigMotion rig = FitRig(motion, motion.people[0]);
  const auto in_world = JointsInWorld(motion, motion.people[0]);
  const auto at = [&](int64_t t, const char* joint) {
    return InRig(in_world, t, static_cast<size_t>(Body25().IndexOf(joint)));
  };
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    const auto placed = PlaceRig(rig, t);
    for (const auto& [toes, ankle, heel, toe] :
         {std::tuple{kRigLeftToeBase, "left_ankle", "left_heel", "left_toe"},
          std::tuple{kRigRightToeBase, "right_ankle", "right_heel", "right_toe"}}) {
      const Vec3d ahead = Rotate(placed[toes].rig_from_joint, kForwardInRig);
      EXPECT_GT(Dot(ahead, Normalized(at(t, toe) - at(t, heel))), 0.999);
      const Vec3d tip =
          placed[toes].position_in_rig + Rotate(placed[toes].rig_from_joint, rig.rig.end_m[toes]);
      // The fitted ankle is a little off; synthetic feet are not.
      EXPECT_LT(Norm(tip - at(t, toe)), 0.02);
    }
    for (const auto& [hand, out, wrist, index, pinky] :
         {std::tuple{kRigLeftHand, kLeftwardInRig, "left_wrist", "left_index", "left_pinky"},
          std::tuple{kRigRightHand, kRightwardInRig, "right_wrist", "right_index",
                     "right_pinky"}}) {
      const Vec3d middle = 0.5 * (at(t, index) + at(t, pinky)) - at(t, wrist);
      EXPECT_GT(Dot(Rotate(placed[hand].rig_from_joint, out), Normalized(middle)), 0.999);
      EXPECT_GT(Dot(Rotate(placed[hand].rig_from_joint, kForwardInRig),
                    Normalized(at(t, index) - at(t, pinky))),
                0.9);
    }
  }
}

TEST(RigMotion, FeetThatAreDownAreLevel) {
  Motion motion = TestMotion(SyntheticKind::kSquats);
  const auto slope_of_left = [&](const RigMotion& rig, int64_t t) {
    return std::abs(Rotate(PlaceRig(rig, t)[kRigLeftFoot].rig_from_joint, {0, 0, 1}).y);
  };
  double steepest = 0;
  const RigMotion without = FitRig(motion, motion.people[0]);
  motion.people[0].feet_down.assign(motion.frame_count, kLeftFootDown | kRightFootDown);
  const RigMotion with = FitRig(motion, motion.people[0]);
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    steepest = std::max(steepest, slope_of_left(without, t));
    EXPECT_LT(slope_of_left(with, t), 1e-6);
  }
  EXPECT_GT(steepest, 0.4);
  EXPECT_LT(LargestStep_deg(with), 20);
}

TEST(RigMotion, FacesWhereThePersonWalks) {
  const Motion motion = TestMotion(SyntheticKind::kWalkInCircle);
  const RigMotion rig = FitRig(motion, motion.people[0]);
  int walking = 0;
  for (int64_t t = 0; t + 10 < rig.frame_count; ++t) {
    const Vec3d way = rig.root_in_rig[t + 10] - rig.root_in_rig[t];
    if (Norm(way) < 0.3) continue;
    ++walking;
    for (const int joint : {kRigHips, kRigSpine1, kRigHead}) {
      const Vec3d forward = Rotate(PlaceRig(rig, t)[joint].rig_from_joint, {0, 0, 1});
      EXPECT_GT(Dot(forward, Normalized(way)), 0.8) << RigJoints()[joint].name;
    }
  }
  EXPECT_GT(walking, 100);
}

TEST(RigMotion, BonesHaveTheMediansLengthsTheSameOnBothSides) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 2});
  for (int64_t t = 0; t < motion.frame_count; ++t) {  // the left shank is 40 mm longer ...
    auto frame = motion.people[0].frame(t);
    frame[6] = frame[6] + 0.04F * Normalized(frame[6] - frame[5]);
  }
  motion.people[0].frame(3)[6].y += 5;  // ... and one frame is far off
  const Rig rig = FitRig(motion, motion.people[0]).rig;
  EXPECT_NEAR(Norm(rig.end_m[kRigLeftLeg]), 0.246 * 1.74 + 0.02, 1e-4);
  EXPECT_EQ(Norm(rig.end_m[kRigLeftLeg]), Norm(rig.end_m[kRigRightLeg]));
}

TEST(RigMotion, GapsAreFilledAndEndsHeld) {
  Motion motion = TestMotion(SyntheticKind::kWalkInCircle, {.duration_s = 4});
  const auto source = JointsInWorld(motion, motion.people[0]);
  Forget(motion, 0, 5);
  Forget(motion, 20, 30);
  Forget(motion, 50, 70);
  const RigMotion rig = FitRig(motion, motion.people[0]);
  EXPECT_EQ(rig.root_in_rig[0], rig.root_in_rig[5]);
  EXPECT_LT(
      Norm(rig.root_in_rig[25] - 6 / 11.0 * InRig(source, 30, 0) - 5 / 11.0 * InRig(source, 19, 0)),
      1e-6);
  // 10 frames are shown, 20 are longer than half a second.
  EXPECT_TRUE(rig.is_there[0] && rig.is_there[25] && rig.is_there[49] && rig.is_there[70]);
  EXPECT_FALSE(rig.is_there[50] || rig.is_there[69]);
  EXPECT_LT(LargestStep_deg(rig), 40);
}

TEST(RigMotion, WithoutAnyPoseStandsInAT) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  Forget(motion, 0, motion.frame_count);
  const RigMotion rig = FitRig(motion, motion.people[0]);
  for (const bool is_there : rig.is_there) EXPECT_FALSE(is_there);
  const auto joints = RigSourceJoints(rig, 3);
  EXPECT_GT(joints[10].y, 1.4);           // the head above ...
  EXPECT_NEAR(joints[3].y, 0.07, 0.03);   // ... the ankles
  EXPECT_NEAR(joints[13].x, 0.75, 1e-6);  // the left arm stretched out
  EXPECT_NEAR(joints[13].y, joints[11].y, 1e-6);
}

TEST(RigMotion, PointsThatFallTogetherStillGiveRotations) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  for (Vec3f& joint : motion.people[0].joints_in_cam) joint = {0, 0, 0};
  const RigMotion rig = FitRig(motion, motion.people[0]);
  for (const Quaternion& q : rig.parent_from_joint) {
    EXPECT_NEAR(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z, 1, 1e-9);
  }
}

TEST(RigMotion, OtherSkeletonsAreRefused) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  motion.skeleton.joint_names[7] = "belly";
  EXPECT_THROW(FitRig(motion, motion.people[0]), Error);
}

}  // namespace videopose::internal::rig_test

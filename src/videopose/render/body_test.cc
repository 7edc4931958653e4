// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/body.h"

#include <gtest/gtest.h>

#include "videopose/ground/body_measures.h"
#include "videopose/ground/test_people.h"

namespace videopose::internal::body_test {

TEST(SideOfBone, TakesTheSideThatIsNotTheCentre) {
  EXPECT_EQ(SideOfBone(Side::kCentre, Side::kLeft), Side::kLeft);
  EXPECT_EQ(SideOfBone(Side::kRight, Side::kCentre), Side::kRight);
  EXPECT_EQ(SideOfBone(Side::kLeft, Side::kLeft), Side::kLeft);
  EXPECT_EQ(SideOfBone(Side::kLeft, Side::kRight), Side::kCentre);
}

TEST(Body, LimbsHaveTheSideOfTheirJoints) {
  const Body body(Human36m17());
  const std::vector<Vec3f> joints = StandingPose();
  int left_limbs = 0, right_limbs = 0;
  for (const RoundCone& cone : body.Flesh(joints)) {
    if (cone.part != RoundCone::Part::kLimb) continue;
    left_limbs += cone.side == Side::kLeft;
    right_limbs += cone.side == Side::kRight;
    // The person's left is at positive x.
    EXPECT_EQ(cone.from.x > 0, cone.side == Side::kLeft);
  }
  EXPECT_EQ(left_limbs, 4) << "upper arm, forearm, thigh, shin";
  EXPECT_EQ(right_limbs, 4);
}

TEST(Body, APersonFacingTheCameraHasTheirFrontTowardsIt) {
  const Body body(Human36m17());
  bool has_head = false, has_torso = false;
  for (const RoundCone& cone : body.Flesh(StandingPose())) {
    has_head |= cone.part == RoundCone::Part::kHead;
    has_torso |= cone.part == RoundCone::Part::kTorso;
    if (cone.part == RoundCone::Part::kHead || cone.part == RoundCone::Part::kTorso) {
      EXPECT_LT(cone.front.z, -0.9F);
    } else {
      EXPECT_EQ(cone.front, Vec3f{});
    }
  }
  EXPECT_TRUE(has_head);
  EXPECT_TRUE(has_torso);
}

// The head joint is at the height of the eyes.
TEST(Body, TheHeadGoesOnOverItsJoint) {
  const Body body(Human36m17());
  for (const RoundCone& cone : body.Flesh(StandingPose())) {
    if (cone.part != RoundCone::Part::kHead) continue;
    const float thorax = StandingPose()[8].y, head = StandingPose()[10].y;
    EXPECT_NEAR(cone.from.y - cone.from_radius_m, thorax + 1.45F * (head - thorax), 1e-5);
  }
}

TEST(Body, ScalesWithTheSkeleton) {
  std::vector<Vec3f> child = StandingPose();
  for (Vec3f& joint : child) joint = 0.5F * joint;
  const float adult_scale = BodyScale(Human36m17(), StandingPose());
  EXPECT_NEAR(adult_scale, 1, 0.1);
  EXPECT_FLOAT_EQ(BodyScale(Human36m17(), child), 0.5F * adult_scale);
  EXPECT_FLOAT_EQ(Body(Human36m17(), 0.5F).radius_m(3), 0.5F * Body(Human36m17()).radius_m(3));
}

TEST(BodyScale, IgnoresFramesWithoutPose) {
  std::vector<Vec3f> joints = NoPose();
  EXPECT_EQ(BodyScale(Human36m17(), joints), 1);
  const std::vector<Vec3f> pose = StandingPose();
  joints.insert(joints.end(), pose.begin(), pose.end());
  EXPECT_EQ(BodyScale(Human36m17(), joints), BodyScale(Human36m17(), pose));
}

TEST(Body, AForeignSkeletonGetsALimbForEveryBone) {
  const Skeleton worm{.name = "worm", .joint_names = {"a", "b", "c"}, .parents = {-1, 0, 1}};
  const std::vector<Vec3f> joints = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}};
  int limbs = 0, balls = 0;
  for (const RoundCone& cone : Body(worm).Flesh(joints)) {
    limbs += cone.part == RoundCone::Part::kLimb;
    balls += cone.part == RoundCone::Part::kJoint;
    EXPECT_GT(cone.from_radius_m, 0);
  }
  EXPECT_EQ(limbs, 2);
  EXPECT_EQ(balls, 3);
}

TEST(Body, ASkeletonWithoutSpineAndNoseHasTorsoAndHeadAllTheSame) {
  // HumanEva's.
  const Skeleton skeleton{.name = "few",
                          .joint_names = {"hip", "thorax", "left_shoulder", "right_shoulder",
                                          "left_hip", "right_hip", "head"},
                          .parents = {-1, 0, 1, 1, 0, 0, 1}};
  const std::vector<Vec3f> pose = StandingPose();
  bool has_head = false, has_torso = false;
  for (const RoundCone& cone : Body(skeleton).Flesh(
           std::vector<Vec3f>{pose[0], pose[8], pose[11], pose[14], pose[4], pose[1], pose[10]})) {
    has_head |= cone.part == RoundCone::Part::kHead;
    has_torso |= cone.part == RoundCone::Part::kTorso;
    if (cone.part == RoundCone::Part::kHead || cone.part == RoundCone::Part::kTorso) {
      EXPECT_LT(cone.front.z, -0.9F);
    }
  }
  EXPECT_TRUE(has_head);
  EXPECT_TRUE(has_torso);
}

TEST(Body, JointsInOnePlaceAreNoError) {
  for (const RoundCone& cone : Body(Human36m17()).Flesh(std::vector<Vec3f>(17))) {
    EXPECT_TRUE(IsFinite(cone.from) && IsFinite(cone.to) && IsFinite(cone.front));
  }
}

}  // namespace videopose::internal::body_test

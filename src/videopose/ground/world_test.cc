#include "videopose/ground/world.h"

#include <gtest/gtest.h>

namespace videopose {
namespace {

Motion TwoJoints() {
  Motion motion;
  motion.skeleton = {"two", {"hip", "foot"}, {-1, 0}};
  motion.frame_count = 2;
  const std::vector<Vec3f> joints = {{0, 0, 0}, {0.1F, 0.9F, 0.2F}, kNoJoint, kNoJoint};
  motion.people.push_back({.id = 1, .joints_in_cam = {joints, 2}});
  return motion;
}

TEST(JointsInWorld, StandOnTheFloorOfALevelCamera) {
  const Motion motion = TwoJoints();
  const auto joints = JointsInWorld(motion, motion.people[0]);
  ASSERT_EQ(joints.size(), 4U);
  EXPECT_NEAR(joints[0].z, 0.9, 1e-6);
  EXPECT_NEAR(joints[1].x, 0.1, 1e-6);
  EXPECT_NEAR(joints[1].y, 0.2, 1e-6);
  EXPECT_NEAR(joints[1].z, 0, 1e-6);
  EXPECT_FALSE(IsFinite(joints[2]));
}

TEST(JointsInWorld, FollowTheCameraWhereItIsKnown) {
  Motion motion = TwoJoints();
  motion.people[0].root_in_cam = {{1, 0, 4}, {1, 0, 4}};
  motion.camera = CameraPlacement{WorldFromLevelCamera(), {10, 20, 1.5}};
  const auto joints = JointsInWorld(motion, motion.people[0]);
  EXPECT_NEAR(joints[0].x, 11, 1e-5);
  EXPECT_NEAR(joints[0].y, 24, 1e-5);
  EXPECT_NEAR(joints[0].z, 1.5, 1e-5);
  EXPECT_NEAR(joints[1].z, 0.6, 1e-5);
}

}  // namespace
}  // namespace videopose

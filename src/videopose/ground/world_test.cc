// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/world.h"

#include <gtest/gtest.h>

#include "videopose/ground/test_people.h"
#include "videopose/ground/test_scenes.h"

namespace videopose::internal::world_test {

Motion TwoJoints() {
  Motion motion;
  motion.skeleton = {"two", {"hip", "tip"}, {-1, 0}};
  motion.frame_count = 2;
  motion.people.push_back({1, {{{0, 0, 0}, {0.1F, 0.9F, 0.2F}, kNoJoint, kNoJoint}, 2}});
  return motion;
}

TEST(JointsInWorld, StandOnTheFloorOfALevelCamera) {
  const Motion motion = TwoJoints();
  const auto joints = JointsInWorld(motion, motion.people[0]);
  ASSERT_EQ(joints.size(), 4U);
  EXPECT_NEAR(joints[1].x, 0.1, 1e-6);
  EXPECT_NEAR(joints[1].y, 0.2, 1e-6);
  EXPECT_NEAR(joints[0].z - joints[1].z, 0.9, 1e-6);
  EXPECT_NEAR(joints[1].z, 0.03, 0.01) << "the middle of a joint that lies on the floor";
  EXPECT_FALSE(IsFinite(joints[2]));
}

TEST(JointsInWorld, FollowTheCameraWhereItIsKnown) {
  Motion motion = TwoJoints();
  motion.people[0].root_in_cam = {{1, 0, 4}, {1, 0, 4}};
  motion.camera = Camera{{}, {WorldFromLevelCamera(), {10, 20, 1.5}}};
  const auto joints = JointsInWorld(motion, motion.people[0]);
  EXPECT_NEAR(joints[0].x, 11, 1e-5);
  EXPECT_NEAR(joints[0].y, 24, 1e-5);
  EXPECT_NEAR(joints[0].z, 1.5, 1e-5);
  EXPECT_NEAR(joints[1].z, 0.6, 1e-5);
  EXPECT_EQ(RootsInWorld(motion, motion.people[0])[0], joints[0]);
}

TEST(CompleteGrounding, SaysWhichRungWasReached) {
  Motion motion = MotionOf({StandingPose()});
  const auto completed = [](Motion m) {
    CompleteGrounding(nullptr, m);
    return m.grounding;
  };
  EXPECT_EQ(completed(motion), Grounding::kFloorOnly);
  motion.people[0].root_in_cam = {{0, 0, 4}};
  EXPECT_EQ(completed(motion), Grounding::kLevelCamera);
  motion.camera = Camera{{}, {WorldFromLevelCamera(), {0, 0, 1.5}}};
  EXPECT_EQ(completed(motion), Grounding::kGivenCamera);
  motion.grounding = Grounding::kAssumedLens;
  EXPECT_EQ(completed(motion), Grounding::kAssumedLens) << "known already";
}

TEST(CompleteGrounding, WhatAFileSaysStays) {
  Motion motion = MotionOf({StandingPose()});
  motion.grounding = Grounding::kCameraMoving;
  motion.people[0].root_in_world = {{1, 2, 3}};
  CompleteGrounding(nullptr, motion);
  EXPECT_EQ(JointsInWorld(motion, motion.people[0])[0], (Vec3f{1, 2, 3}));
  motion.people[0].root_in_world.clear();
  CompleteGrounding(nullptr, motion);
  EXPECT_EQ(motion.grounding, Grounding::kCameraMoving);
  EXPECT_EQ(motion.people[0].root_in_world.size(), 1U);
}

// A motion without grounding, as read from a file.
TEST(JointsInWorld, OfAMotionWithoutGroundingAreTheLadders) {
  Motion motion = MotionOf({StandingPose(), SquatPose(0.3F)});
  motion.people.push_back(motion.people[0]);
  motion.people[1].id = 2;
  const JointTrack<Vec3f> joints = JointsInWorld(motion, motion.people[1]);
  CompleteGrounding(nullptr, motion);
  EXPECT_EQ(JointsInWorld(motion, motion.people[1]), joints);
}

TEST(FramesOf, HoldWhatIsKnownOfThePeoplePresent) {
  Motion motion = MotionOf({StandingPose(), NoPose()});
  motion.people[0].feet_down = {kLeftFootDown, 0};
  CompleteGrounding(nullptr, motion);
  KeypointSequence keypoints{.layout = Coco17(), .fps = 25, .start_s = 2, .frame_count = 2};
  keypoints.people.push_back({.id = 1, .keypoints = {2, 17}});
  keypoints.people.push_back({.id = 5, .keypoints = {2, 17}});
  keypoints.people[1].at(1, 0) = {3, 4, 0.5F};
  const std::vector<PeopleInFrame> frames = FramesOf(keypoints, motion);
  ASSERT_EQ(frames.size(), 2U);
  ASSERT_EQ(frames[0].people.size(), 1U);
  EXPECT_EQ(frames[0].people[0].joints_in_cam, StandingPose());
  EXPECT_EQ(frames[0].people[0].feet_down, kLeftFootDown);
  EXPECT_EQ(frames[0].people[0].joints_in_world.size(), 17U);
  EXPECT_EQ(frames[0].grounding, Grounding::kFloorOnly);
  EXPECT_DOUBLE_EQ(frames[1].time_s, 2.04);
  ASSERT_EQ(frames[1].people.size(), 1U);
  EXPECT_EQ(frames[1].people[0].id, 5);
  EXPECT_TRUE(frames[1].people[0].joints_in_cam.empty());
}

}  // namespace videopose::internal::world_test

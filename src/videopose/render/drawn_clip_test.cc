// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/drawn_clip.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "videopose/ground/test_people.h"
#include "videopose/ground/world.h"

namespace videopose::internal::drawn_clip_test {

// How far the lowest surface of what is drawn is above the floor.
float Clearance(const DrawnPerson& person) {
  float lowest = 1e9F;
  for (size_t j = 0; j < person.joints_in_world.size(); ++j) {
    lowest = std::min(lowest, person.joints_in_world[j].z - person.sole_gap_m -
                                  person.body->radius_m(static_cast<int>(j)));
  }
  return lowest;
}

Motion BeforeACamera() {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(3, StandingPose()));
  motion.camera =
      Camera{PlainLens(600, motion.width_px, motion.height_px), {WorldFromLevelCamera(), {}}};
  motion.people[0].root_in_cam.assign(3, {0, -0.96F, 5});
  return motion;
}

// People are drawn where ground has them, on each rung of the ladder.
TEST(DrawnClip, JointsAreThoseOfGround) {
  Motion moving = MotionOf({StandingPose(), SquatPose(0.3F), NoPose()});
  moving.grounding = Grounding::kCameraMoving;
  moving.people[0].root_in_world = {{0, 0, 0.96F}, {0, 0, 0.66F}, kNoJoint};
  Motion level = MotionOf(std::vector<std::vector<Vec3f>>(9, StandingPose()));
  level.people[0].root_in_cam.assign(9, {1, 0.4F, 5});
  CompleteGrounding(nullptr, level);
  const Motion plain = MotionOf({StandingPose(), SquatPose(0.3F), NoPose()});
  for (const Motion& motion : {moving, level, plain, BeforeACamera()}) {
    const DrawnClip clip(motion, nullptr, {});
    const JointTrack<Vec3f> expected = JointsInWorld(motion, motion.people[0]);
    for (int64_t t = 0; t < motion.frame_count; ++t) {
      const DrawnFrame frame = clip.At(t);
      ASSERT_EQ(frame.people.size(), motion.people[0].has_pose(t) ? 1U : 0U);
      if (frame.people.empty()) continue;
      const auto joints = expected.frame(t);
      EXPECT_TRUE(std::ranges::equal(frame.people[0].joints_in_world, joints));
    }
    EXPECT_TRUE(clip.At(1000).people.empty());
  }
}

TEST(DrawnClip, StandingAndLyingPeopleTouchTheFloor) {
  for (const auto& pose : {StandingPose(), LyingPose(), SquatPose(0.4F)}) {
    const Motion motion = MotionOf({pose, pose, pose});
    EXPECT_NEAR(Clearance(DrawnClip(motion, nullptr, {}).At(1).people.at(0)), 0, 1e-4);
  }
}

// The skeleton's ankle is 8 cm over the floor, its drawn limb 4 cm thick.
TEST(DrawnClip, StandingFeetAreDrawnOnTheFloor) {
  Motion motion = BeforeACamera();
  motion.people[0].feet_down = {kLeftFootDown, kRightFootDown, 0};
  for (int64_t t = 0; t < 3; ++t) {
    EXPECT_NEAR(Clearance(DrawnClip(motion, nullptr, {}).At(t).people.at(0)), 0, 1e-4);
  }
  motion.people[0].root_in_cam.assign(3, {0, -1.5F, 5});
  EXPECT_NEAR(Clearance(DrawnClip(motion, nullptr, {}).At(1).people.at(0)), 0.58, 1e-3)
      << "on a table";
}

TEST(DrawnClip, KeypointsAreOfThePeopleSeen) {
  const Motion motion = MotionOf({StandingPose(), StandingPose()});
  KeypointSequence keypoints{
      .layout = Coco17(), .fps = 25, .width_px = 640, .height_px = 480, .frame_count = 1};
  keypoints.people.push_back({.id = 1, .keypoints = {1, 17, {5, 6, 0.5F}}});
  const DrawnClip clip(motion, &keypoints, {});
  ASSERT_EQ(clip.At(0).seen.size(), 1U);
  EXPECT_EQ(clip.At(0).seen[0].keypoints[3].x_px, 5);
  EXPECT_TRUE(clip.At(1).seen.empty()) << "after the last frame of keypoints";
}

TEST(DrawnClip, AfterACutTheSceneIsNamedForAMoment) {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(100, StandingPose()));
  motion.fps = 20;
  motion.cuts = {10, 80};
  const DrawnClip clip(motion, nullptr, {});
  for (const auto& [t, scene] : {std::pair{0, 0}, {9, 0}, {10, 2}, {39, 2}, {40, 0}, {80, 3}}) {
    EXPECT_EQ(clip.At(t).scene, scene) << t;
  }
}

}  // namespace videopose::internal::drawn_clip_test

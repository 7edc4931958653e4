// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/on_floor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "videopose/ground/test_people.h"
#include "videopose/ground/world.h"

namespace videopose::internal::on_floor_test {

constexpr double kFps = 50;

// How far the lowest point of the person is above the floor.
float Lowest(const Motion& motion, int64_t t, size_t person = 0) {
  const std::vector<float> clearances_m = JointClearances_m(motion.skeleton, 1);
  const JointTrack<Vec3f> joints = JointsInWorld(motion, motion.people[person]);
  float lowest = 1e9F;
  for (size_t j = 0; j < clearances_m.size(); ++j) {
    lowest = std::min(lowest, joints.frame(t)[j].z - clearances_m[j]);
  }
  return lowest;
}

// The body of the tests is not quite an adult's; a tenth of a clearance covers the difference.
constexpr double kScale_m = 0.012;

Motion OnFloor(Motion motion, const KeypointSequence* keypoints = nullptr) {
  StandOnFloor(keypoints, motion);
  return motion;
}

TEST(StandOnFloor, StandingAndLyingPeopleTouchTheFloor) {
  for (const auto& pose : {StandingPose(), LyingPose(), SquatPose(0.4F)}) {
    const Motion motion = OnFloor(MotionOf({pose, pose, pose}));
    for (int64_t t = 0; t < 3; ++t) EXPECT_NEAR(Lowest(motion, t), 0, kScale_m);
  }
}

TEST(StandOnFloor, SquattingFeetNeitherSinkNorLeaveTheFloor) {
  std::vector<std::vector<Vec3f>> poses;
  for (int t = 0; t < 200; ++t) {
    poses.push_back(SquatPose(0.2F - 0.2F * std::cos(static_cast<float>(t) * 0.06F)));
  }
  const Motion motion = OnFloor(MotionOf(poses, kFps));
  EXPECT_EQ(motion.grounding, Grounding::kFloorOnly);
  const float first = Lowest(motion, 0);
  // The smoothing of 0.04 s moves the height by at most sigma^2 / 2 * acceleration = 1.4 mm here.
  for (int64_t t = 0; t < 200; ++t) EXPECT_NEAR(Lowest(motion, t), first, 0.005);
}

TEST(HeightsOverFloor, PushOffAtTwoMetresASecondFliesAParabola) {
  // Legs that stretch at 2 m/s and then stay stretched, as before and during a jump.
  std::vector<float> reach;
  for (int t = 0; t <= 10; ++t) reach.push_back(0.5F + 0.04F * static_cast<float>(t));
  while (reach.size() < 80) reach.push_back(0.9F);
  const std::vector<float> heights = HeightsOverFloor(reach, kFps);
  const float top = *std::max_element(heights.begin(), heights.end());
  EXPECT_NEAR(top - 0.9F, 2.0 * 2.0 / (2 * 9.81), 0.01);  // v^2 / 2g
  EXPECT_FLOAT_EQ(heights.back(), 0.9F) << "comes down again";
  for (size_t t = 0; t < reach.size(); ++t) EXPECT_GE(heights[t], reach[t]) << "never sinks";
}

TEST(HeightsOverFloor, SlowStretchingStaysOnTheFloor) {
  std::vector<float> reach;
  for (int t = 0; t <= 20; ++t) reach.push_back(0.5F + 0.016F * static_cast<float>(t));  // 0.8 m/s
  while (reach.size() < 40) reach.push_back(0.82F);
  EXPECT_EQ(HeightsOverFloor(reach, kFps), reach);
}

TEST(HeightsOverFloor, AnOutlierDoesNotThrowTheBodyIntoTheSky) {
  std::vector<float> reach(100, 0.9F);
  reach[50] = 1.4F;  // 25 m/s
  const std::vector<float> heights = HeightsOverFloor(reach, kFps);
  EXPECT_LT(*std::max_element(heights.begin(), heights.end()), 1.4F + 0.82F);
  EXPECT_FLOAT_EQ(heights.back(), 0.9F);
}

TEST(StandOnFloor, FramesWithoutPoseHaveNoPlace) {
  const Motion motion =
      OnFloor(MotionOf({NoPose(), StandingPose(), NoPose(), StandingPose(), NoPose()}));
  const std::vector<Vec3f>& roots = motion.people[0].root_in_world;
  ASSERT_EQ(roots.size(), 5U);
  for (size_t t = 0; t < 5; ++t) {
    EXPECT_EQ(IsFinite(roots[t]), t == 1 || t == 3);
    EXPECT_TRUE(!IsFinite(roots[t]) || std::abs(roots[t].z - 0.96F) < 0.01F);
  }
}

TEST(StandOnFloor, NoPeopleIsNoError) {
  EXPECT_EQ(OnFloor(MotionOf({NoPose(), NoPose()})).grounding, Grounding::kFloorOnly);
  Motion empty = MotionOf({NoPose()});
  empty.people.clear();
  EXPECT_EQ(OnFloor(empty).grounding, Grounding::kFloorOnly);
}

TEST(StandOnFloor, KnownRootsSayWhereHorizontally) {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(200, StandingPose()), kFps);
  for (int t = 0; t < 200; ++t) {
    motion.people[0].root_in_cam.push_back({0.02F * static_cast<float>(t), 0.3F, 5});  // 1 m/s
  }
  motion = OnFloor(motion);
  EXPECT_EQ(motion.grounding, Grounding::kLevelCamera);
  for (size_t t = 0; t < 200; ++t) {
    const Vec3f root = motion.people[0].root_in_world[t];
    EXPECT_NEAR(root.x, motion.people[0].root_in_cam[t].x, 1e-3);
    EXPECT_NEAR(root.y, 5, 1e-3);
    EXPECT_NEAR(root.z, 0.96, 0.01) << "on the floor, whatever the root's height before the camera";
  }
}

// Two people 200 px tall in the image, 1.62 m in 3D, standing 400 px apart: 3.24 m.
TEST(StandOnFloor, SeveralPeopleStandAsInTheImage) {
  Motion motion = MotionOf({StandingPose()});
  motion.people.push_back(motion.people[0]);
  motion.people[1].id = 2;
  KeypointSequence keypoints{.layout = Human36m17Keypoints(),
                             .fps = 25,
                             .width_px = 1000,
                             .height_px = 500,
                             .frame_count = 1,
                             .people = {{}, {.id = 2}}};
  const float px_per_m = 200 / 1.62F;
  for (size_t p = 0; p < 2; ++p) {
    const float middle_px = p == 0 ? 700 : 300;
    std::vector<Keypoint> points;
    for (const Vec3f& joint : StandingPose()) {
      points.push_back({middle_px + px_per_m * joint.x, 250 + px_per_m * joint.y, 1});
    }
    keypoints.people[p].keypoints.Append(points);
  }
  const Motion placed = OnFloor(motion, &keypoints);
  EXPECT_EQ(placed.grounding, Grounding::kFromImage);
  EXPECT_NEAR(placed.people[0].root_in_world[0].x, 1.62, 0.01);
  EXPECT_NEAR(placed.people[1].root_in_world[0].x, -1.62, 0.01);
  motion.grounding = Grounding::kCameraMoving;
  EXPECT_EQ(OnFloor(motion, &keypoints).grounding, Grounding::kCameraMoving);
}

TEST(StandOnFloor, PeopleNeverOverlapWhereNothingIsKnown) {
  Motion motion = MotionOf({StandingPose()});
  motion.people.resize(3, motion.people[0]);
  for (int p = 0; p < 3; ++p) motion.people[static_cast<size_t>(p)].id = p + 1;
  motion = OnFloor(motion);
  EXPECT_EQ(motion.grounding, Grounding::kFloorOnly);
  const auto x = [&](size_t p) { return motion.people[p].root_in_world[0].x; };
  EXPECT_GE(x(1) - x(0), 0.9F);
  EXPECT_GE(x(2) - x(1), 0.9F);
  EXPECT_NEAR(x(0) + x(2), 0, 1e-5);
}

}  // namespace videopose::internal::on_floor_test

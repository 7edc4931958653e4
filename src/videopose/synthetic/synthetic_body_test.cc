// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/synthetic_body.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace videopose::internal::synthetic_body_test {

using enum BodyJoint;
constexpr double kHeight_m = 1.80;
constexpr double kPi = std::numbers::pi;

// Both feet flat under the hips, looking along the world's x.
BodyControls Standing() {
  BodyControls controls;
  controls.feet[0].ankle_in_world = {0, 0.1};
  controls.feet[1].ankle_in_world = {0, -0.1};
  return controls;
}

TEST(SyntheticBody, StandsWithTheMeasuresOfItsHeight) {
  const BodyPose pose = PoseBody(Standing(), kHeight_m);
  EXPECT_NEAR(pose[kLeftHeel].z, 0, 1e-12);
  EXPECT_NEAR(pose[kRightBall].z, 0, 1e-12);
  EXPECT_NEAR(pose[kLeftAnkle].z, 0.039 * kHeight_m, 1e-12);
  // Drillis & Contini; the knees are bent by the softness of the reach, some centimetres.
  EXPECT_NEAR(pose[kPelvis].z, 0.530 * kHeight_m, 0.04);
  EXPECT_NEAR(pose[kLeftEye].z, 0.936 * kHeight_m, 0.05);
  EXPECT_NEAR(pose[kHeadTop].z, kHeight_m, 0.05);
  EXPECT_NEAR(Norm(pose[kLeftElbow] - pose[kLeftShoulder]), 0.186 * kHeight_m, 1e-12);
  EXPECT_NEAR(Norm(pose[kLeftKnee] - pose[kLeftHip]), 0.245 * kHeight_m, 1e-12);
  EXPECT_NEAR(Norm(pose[kRightAnkle] - pose[kRightKnee]), 0.246 * kHeight_m, 1e-9);
}

TEST(SyntheticBody, LeftIsLeftAndKneesBendForward) {
  BodyControls controls = Standing();
  controls.pelvis_drop_m = 0.3;
  const BodyPose pose = PoseBody(controls, kHeight_m);
  // Looking along x with z up, y is to the left.
  for (const BodyJoint joint : {kLeftEye, kLeftEar, kLeftShoulder, kLeftElbow, kLeftWrist, kLeftHip,
                                kLeftKnee, kLeftAnkle, kLeftHeel, kLeftBall}) {
    EXPECT_GT(pose[joint].y, 0) << static_cast<int>(joint);
    EXPECT_LT(pose[OnSide(joint, BodySide::kRight)].y, 0) << static_cast<int>(joint);
  }
  EXPECT_GT(pose[kLeftKnee].x, pose[kLeftHip].x + 0.2);
  EXPECT_GT(pose[kNose].x, pose[kHead].x);
  EXPECT_GT(pose[kLeftBall].x, pose[kLeftHeel].x);
}

TEST(SyntheticBody, ArmAnglesPointWhereTheirNamesSay) {
  BodyControls controls = Standing();
  controls.arms[0] = {.flexion_rad = kPi / 2};
  controls.arms[1] = {.abduction_rad = kPi / 2, .twist_rad = kPi / 2, .elbow_rad = kPi / 2};
  const BodyPose pose = PoseBody(controls, kHeight_m);
  const Vec3d left_arm = Normalized(pose[kLeftWrist] - pose[kLeftShoulder]);
  EXPECT_NEAR(left_arm.x, 1, 1e-9);  // straight ahead
  const Vec3d right_upper_arm = Normalized(pose[kRightElbow] - pose[kRightShoulder]);
  EXPECT_NEAR(right_upper_arm.y, -1, 1e-9);  // out to the right ...
  const Vec3d right_forearm = Normalized(pose[kRightWrist] - pose[kRightElbow]);
  EXPECT_NEAR(right_forearm.z, 1, 1e-9);  // ... and up from there
}

TEST(SyntheticBody, AFootRollsOverTheBallOrTheHeel) {
  BodyControls controls = Standing();
  const BodyPose flat = PoseBody(controls, kHeight_m);
  controls.feet[0].pitch_rad = 0.5;
  controls.feet[1].pitch_rad = -0.3;
  const BodyPose rolled = PoseBody(controls, kHeight_m);
  EXPECT_NEAR(Norm(rolled[kLeftBall] - flat[kLeftBall]), 0, 1e-12);
  EXPECT_GT(rolled[kLeftHeel].z, 0.08);
  EXPECT_NEAR(Norm(rolled[kRightHeel] - flat[kRightHeel]), 0, 1e-12);
  EXPECT_GT(rolled[kRightBall].z, 0.05);
}

TEST(SyntheticBody, ThePelvisComesDownToWhatTheLegsReach) {
  BodyControls controls = Standing();
  controls.feet[0].ankle_in_world = {0.5, 0.1};
  controls.feet[1].ankle_in_world = {-0.5, -0.1};
  const BodyPose pose = PoseBody(controls, kHeight_m);
  EXPECT_NEAR(pose[kLeftAnkle].x, 0.5, 1e-12);
  EXPECT_NEAR(Norm(pose[kLeftAnkle] - pose[kLeftKnee]), 0.246 * kHeight_m, 1e-9);
  EXPECT_NEAR(Norm(pose[kRightAnkle] - pose[kRightKnee]), 0.246 * kHeight_m, 1e-9);
  EXPECT_LT(pose[kPelvis].z, 0.48 * kHeight_m);
}

TEST(SyntheticBody, BothLayoutsNameTheSameJoints) {
  const BodyPose pose = PoseBody(Standing(), kHeight_m);
  const auto h36m = Human36mJoints(pose);
  const auto coco = CocoJoints(pose);
  EXPECT_EQ(h36m[0], 0.5 * (h36m[1] + h36m[4]));  // the hip is the hips' middle
  // Human36m17() and Coco17() share shoulders, elbows, wrists, hips, knees and ankles.
  constexpr int kPairs[][2] = {{11, 5}, {14, 6}, {12, 7}, {15, 8}, {13, 9}, {16, 10},
                               {4, 11}, {1, 12}, {5, 13}, {2, 14}, {6, 15}, {3, 16}};
  for (const auto& [in_h36m, in_coco] : kPairs) EXPECT_EQ(h36m[in_h36m], coco[in_coco]);
}

}  // namespace videopose::internal::synthetic_body_test

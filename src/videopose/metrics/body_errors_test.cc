// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "videopose/metrics.h"
#include "videopose/pose/h36m17.h"

namespace videopose::internal::body_errors_test {

using namespace h36m17;

constexpr double kRounding = 1e-5;  // of floats of about one metre

// Stands straight, facing the camera, the arms hanging: x right, y down, so the left side is at +x.
JointTrack<Vec3f> Standing(int64_t frames = 1) {
  JointTrack<Vec3f> body(frames, kJointCount);
  for (int64_t t = 0; t < frames; ++t) {
    const auto place = [&](int joint, Vec3f at) { body.at(t, joint) = at; };
    place(kSpine, {0, -0.25F, 0});
    place(kThorax, {0, -0.5F, 0});
    place(kNeckBase, {0, -0.6F, 0});
    place(kHead, {0, -0.7F, 0});
    for (const float side : {-1.0F, 1.0F}) {
      const bool left = side > 0;
      place(left ? kLeftHip : kRightHip, {side * 0.1F, 0, 0});
      place(left ? kLeftKnee : kRightKnee, {side * 0.1F, 0.4F, 0});
      place(left ? kLeftAnkle : kRightAnkle, {side * 0.1F, 0.8F, 0});
      place(left ? kLeftShoulder : kRightShoulder, {side * 0.2F, -0.5F, 0});
      place(left ? kLeftElbow : kRightElbow, {side * 0.2F, -0.2F, 0});
      place(left ? kLeftWrist : kRightWrist, {side * 0.2F, 0.05F, 0});
    }
  }
  return body;
}

BodyErrors Measure(const JointTrack<Vec3f>& predicted, const JointTrack<Vec3f>& target) {
  BodyErrorMean mean;
  mean.Add(predicted, target);
  return mean.Mean();
}

TEST(BodyErrors, NoneForTheSamePose) {
  const BodyErrors errors = Measure(Standing(3), Standing(3));
  EXPECT_EQ(errors.frames, 3);
  EXPECT_EQ(errors.joints.mpjpe, 0);
  EXPECT_NEAR(errors.limb_p_mpjpe, 0, kRounding);
  EXPECT_EQ(errors.joints.mpjve, 0);
  EXPECT_EQ(errors.knee_deg, 0);
  EXPECT_EQ(errors.bones_deg, 0);
}

TEST(BodyErrors, EachJointsDistanceAndTheBiasOfFlexionsInBands) {
  // True flexions of the left knee; it is found 10 degrees straighter, but for the first.
  constexpr std::array<float, 5> kTrue_deg = {5, 30, 70, 100, 130};
  JointTrack<Vec3f> target = Standing(5), predicted = Standing(5);
  const auto bend = [](JointTrack<Vec3f>& body, int64_t t, float deg) {
    const float rad = deg * std::numbers::pi_v<float> / 180;
    body.at(t, kLeftAnkle) = {0.1F, 0.4F + 0.4F * std::cos(rad), 0.4F * std::sin(rad)};
  };
  for (int64_t t = 0; t < 5; ++t) {
    const float deg = kTrue_deg[static_cast<size_t>(t)];
    bend(target, t, deg);
    bend(predicted, t, t == 0 ? deg + 4 : deg - 10);
  }
  const BodyErrors errors = Measure(predicted, target);
  ASSERT_EQ(errors.joint_mpjpe.size(), kJointCount);
  EXPECT_EQ(errors.joint_mpjpe[kRightAnkle], 0);
  // The chords of 10 degrees, and of 4 once.
  const double ten = 2 * 0.4 * std::sin(5 * std::numbers::pi / 180);
  const double four = 2 * 0.4 * std::sin(2 * std::numbers::pi / 180);
  EXPECT_NEAR(errors.joint_mpjpe[kLeftAnkle], (4 * ten + four) / 5, kRounding);
  constexpr double kRounding_deg = 0.01;
  // The right knee stays straight: five frames of no bias in the first band.
  EXPECT_EQ(errors.knee_bias[0].count, 6);
  EXPECT_NEAR(errors.knee_bias[0].mean_deg, 4.0 / 6, kRounding_deg);
  for (size_t band = 1; band < 5; ++band) {
    EXPECT_EQ(errors.knee_bias[band].count, 1) << band;
    EXPECT_NEAR(errors.knee_bias[band].mean_deg, -10, kRounding_deg) << band;
  }
  EXPECT_EQ(errors.elbow_bias[0].count, 10);
  EXPECT_EQ(errors.elbow_bias[4], FlexionBias{});
}

// The left shank points backwards (away from the camera): its ankle is 0.4 m higher and deeper.
TEST(BodyErrors, OneKneeBentByARightAngle) {
  JointTrack<Vec3f> bent = Standing();
  bent.at(0, kLeftAnkle) = {0.1F, 0.4F, 0.4F};
  const BodyErrors errors = Measure(bent, Standing());
  const double distance = 0.4 * std::numbers::sqrt2;
  EXPECT_NEAR(errors.joints.mpjpe, distance / 17, kRounding);
  EXPECT_NEAR(errors.limb_mpjpe, distance / 12, kRounding);
  EXPECT_NEAR(errors.knee_deg, 45, 1e-3) << "90 and 0";
  EXPECT_NEAR(errors.elbow_deg, 0, 1e-3);
  EXPECT_NEAR(errors.hip_deg, 0, 1e-3);
  EXPECT_NEAR(errors.bones_deg, 10, 1e-3) << "one of nine by 90";
}

// The right arm is stretched forward, towards the camera, the forearm up.
TEST(BodyErrors, AShoulderAndAnElbow) {
  JointTrack<Vec3f> raised = Standing();
  raised.at(0, kRightElbow) = {-0.2F, -0.5F, -0.3F};
  raised.at(0, kRightWrist) = {-0.2F, -0.75F, -0.3F};
  const BodyErrors errors = Measure(raised, Standing());
  EXPECT_NEAR(errors.shoulder_deg, 45, 1e-3) << "90 and 0";
  EXPECT_NEAR(errors.elbow_deg, 45, 1e-3);
  EXPECT_NEAR(errors.knee_deg, 0, 1e-3);
  EXPECT_NEAR(errors.bones_deg, (90 + 180) / 9.0, 1e-3);
}

TEST(BodyErrors, AThighForward) {
  JointTrack<Vec3f> sitting = Standing();
  sitting.at(0, kLeftKnee) = {0.1F, 0, -0.4F};
  sitting.at(0, kLeftAnkle) = {0.1F, 0.4F, -0.4F};
  const BodyErrors errors = Measure(sitting, Standing());
  EXPECT_NEAR(errors.hip_deg, 45, 1e-3);
  EXPECT_NEAR(errors.knee_deg, 45, 1e-3);
}

// A spine, nose or head that is defined otherwise costs MPJPE and nothing else.
TEST(BodyErrors, LimbsDoNotDependOnSpineAndHead) {
  JointTrack<Vec3f> other = Standing();
  other.at(0, kSpine).y -= 0.17F;
  other.at(0, kHead).z += 0.05F;
  const BodyErrors errors = Measure(other, Standing());
  EXPECT_NEAR(errors.joints.mpjpe, (0.17 + 0.05) / 17, kRounding);
  EXPECT_EQ(errors.limb_mpjpe, 0);
  EXPECT_EQ(errors.hip_deg, 0);
  EXPECT_EQ(errors.shoulder_deg, 0);
  EXPECT_EQ(errors.bones_deg, 0);
}

TEST(BodyErrors, MissingJointsAreNotCounted) {
  JointTrack<Vec3f> predicted = Standing(2), target = Standing(2);
  target.at(0, kLeftAnkle) = kNoJoint;  // no left knee's angle in frame 0, no shank
  predicted.at(0, kLeftAnkle) = {9, 9, 9};
  predicted.at(1, kRightWrist).x += 0.12F;
  const BodyErrors errors = Measure(predicted, target);
  EXPECT_EQ(errors.frames, 2);
  EXPECT_NEAR(errors.joints.mpjpe, (0 + 0.12 / 17) / 2, kRounding);
  EXPECT_NEAR(errors.limb_mpjpe, (0 + 0.12 / 12) / 2, kRounding);
  EXPECT_NEAR(errors.joints.mpjve, 0.12 / 16, kRounding) << "the ankle has no movement";
  EXPECT_EQ(errors.knee_deg, 0);
  // A forearm of 0.25 m is off by atan(0.12 / 0.25) in one of 17 directions.
  EXPECT_NEAR(errors.bones_deg, 180 / std::numbers::pi * std::atan(0.12 / 0.25) / 17, 1e-3);
}

TEST(BodyErrors, OfFramesWithoutAPoseThereIsNoMean) {
  const JointTrack<Vec3f> none(2, kJointCount, kNoJoint);
  const BodyErrors errors = Measure(none, Standing(2));
  EXPECT_EQ(errors.frames, 0);
  EXPECT_TRUE(std::isnan(errors.joints.mpjpe));
  EXPECT_TRUE(std::isnan(errors.knee_deg));
}

TEST(BodyErrors, AlignmentTakesATurnAway) {
  JointTrack<Vec3f> turned = Standing();
  const Quaternion turn = FromAxisAngle({0, 1, 0}, 0.3);
  for (Vec3f& joint : turned.frame(0)) joint = Rotate(turn, joint.Cast<double>()).Cast<float>();
  const BodyErrors errors = Measure(turned, Standing());
  EXPECT_GT(errors.limb_mpjpe, 0.02);
  EXPECT_NEAR(errors.limb_p_mpjpe, 0, kRounding);
  EXPECT_NEAR(errors.joints.p_mpjpe, 0, kRounding);
}

}  // namespace videopose::internal::body_errors_test

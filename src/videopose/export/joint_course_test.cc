// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/joint_course.h"

#include <gmock/gmock.h>

#include "videopose/base/error.h"
#include "videopose/export/test_motion.h"
#include "videopose/refine/rigid_bones.h"

namespace videopose::internal::joint_course_test {

using testing::ElementsAre;
using enum h36m17::Joint;

// A person who waves, lifted with noise: bones change their lengths.
Motion NoisyMotion() {
  return TestMotion(SyntheticKind::kWaving, {.noise_m = 0.02, .duration_s = 1});
}

TEST(JointCourse, BonesAreMadeRigidAndJointsStayNear) {
  const Motion motion = NoisyMotion();
  const JointCourse course = ReadCourse(motion, motion.people[0]);
  const BoneLengths lengths = LengthsOf(course);
  EXPECT_EQ(lengths[kLeftKnee], lengths[kRightKnee]);
  for (const auto& source : course) {
    const RigSource fitted = FitRigidBones(*source, lengths, {1, 0, 0});
    EXPECT_EQ(fitted[kHip], (*source)[kHip]);
    for (int j = 1; j < kJointCount; ++j) {
      EXPECT_NEAR(Norm(fitted[j] - fitted[Human36m17().parents[j]]), lengths[j], 1e-9) << j;
      if (j == kLeftHip || j == kRightHip) continue;  // the hip line was given
      EXPECT_LT(Norm(fitted[j] - (*source)[j]), 0.3) << j;
    }
  }
}

// One rule for exports and for poses that are fitted to the image.
TEST(JointCourse, BonesAreAsLongAsThoseOfRefinedPoses) {
  const Motion motion = NoisyMotion();
  const PersonMotion& person = motion.people[0];
  const std::vector<double> steady =
      SteadyBoneLengths(motion.skeleton, person.joints_in_cam.values());
  const BoneLengths lengths = LengthsOf(ReadCourse(motion, person));
  for (int j = 0; j < kJointCount; ++j) EXPECT_NEAR(lengths[j], steady[j], 1e-6) << j;
}

TEST(JointCourse, GapsAreGoneOverLinearly) {
  Motion motion = NoisyMotion();
  Forget(motion, 3, 5);
  Forget(motion, motion.frame_count - 2, motion.frame_count);
  const JointCourse course = ReadCourse(motion, motion.people[0]);
  EXPECT_FALSE(course[3].has_value());
  const std::vector<RigSource> filled = FillGaps(course, {});
  const Vec3d before = filled[2][kLeftWrist], after = filled[5][kLeftWrist];
  EXPECT_LT(Norm(filled[3][kLeftWrist] - (2.0 / 3 * before + 1.0 / 3 * after)), 1e-12);
  EXPECT_EQ(filled.back()[kHead], filled[filled.size() - 3][kHead]) << "held after the last pose";
}

TEST(JointCourse, OnlyLongGapsAreNotThere) {
  const JointCourse course = {RigSource{}, std::nullopt, RigSource{}, std::nullopt, std::nullopt};
  EXPECT_THAT(FramesThere(course, 2), ElementsAre(true, true, true, false, false));
}

TEST(JointCourse, OtherSkeletonsAreRefused) {
  Motion motion = NoisyMotion();
  motion.skeleton.joint_names[kHead] = "tail";
  EXPECT_THROW(ReadCourse(motion, motion.people[0]), Error);
}

}  // namespace videopose::internal::joint_course_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/refine/rigid_bones.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::rigid_bones_test {

double LengthOf(std::span<const Vec3d> joints, size_t j) {
  return Norm(joints[j] - joints[Human36m17().parents[j]]);
}

// A person who waves, with noise of 2 cm in each coordinate: T poses.
std::vector<std::vector<Vec3d>> NoisyPoses(std::vector<Vec3f>& all) {
  const SyntheticMotion motion(Choreography(SyntheticKind::kWaving));
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise(0, 0.02);
  std::vector<std::vector<Vec3d>> poses;
  for (int t = 0; t < 60; ++t) {
    poses.emplace_back();
    for (const Vec3d& joint : Human36mJoints(motion.At(t / 30.0))) {
      poses.back().push_back(joint + Vec3d{noise(random), noise(random), noise(random)});
      const Vec3d& at = poses.back().back();
      all.push_back(at.Cast<float>());
    }
  }
  return poses;
}

TEST(SteadyBoneLengths, AreThoseOfTheBodyAndEven) {
  std::vector<Vec3f> all;
  NoisyPoses(all);
  const std::vector<double> lengths = SteadyBoneLengths(Human36m17(), all);
  EXPECT_NEAR(lengths[2], 0.245 * 1.74, 0.02);
  EXPECT_EQ(lengths[2], lengths[5]);
  EXPECT_EQ(lengths[0], 0);
  const Vec3f nowhere{NAN, NAN, NAN};
  EXPECT_EQ(SteadyBoneLengths(Human36m17(), std::vector<Vec3f>(34, nowhere)),
            std::vector<double>(17));
  all.insert(all.begin(), 17, nowhere);
  EXPECT_EQ(SteadyBoneLengths(Human36m17(), all), lengths);
}

TEST(FitBones, GroupsAreFittedOnTheirOwn) {
  const auto pose = Human36mJoints(SyntheticMotion(Choreography(SyntheticKind::kWaving)).At(1));
  const std::vector<Vec3d> source(pose.begin(), pose.end());
  std::vector<double> lengths(source.size());
  for (size_t j = 1; j < source.size(); ++j) lengths[j] = 1.1 * LengthOf(source, j);
  const std::vector<BoneGroup> leg = {{5, 6}};  // left knee and ankle, on the hip where it is
  std::vector<Vec3d> joints = source;
  FitBones(Human36m17(), lengths, source, leg, joints);
  for (size_t j = 0; j < joints.size(); ++j) {
    if (j == 5 || j == 6) {
      EXPECT_NEAR(LengthOf(joints, j), lengths[j], 1e-9);
    } else {
      EXPECT_EQ(joints[j], source[j]);
    }
  }
}

TEST(SteadyBoneLengths, LeftAndRightAreTheirMean) {
  std::vector<Vec3d> pose(17);
  pose[2] = {0, 0.4, 0};  // the knees
  pose[5] = {0, 0.5, 0};
  pose[8] = {0, 0, 0.3};
  const std::vector<double> lengths = SteadyBoneLengths(Human36m17(), pose);
  EXPECT_EQ(lengths[2], 0.45);
  EXPECT_EQ(lengths[5], 0.45);
  EXPECT_EQ(lengths[8], 0.3);
}

}  // namespace videopose::internal::rigid_bones_test

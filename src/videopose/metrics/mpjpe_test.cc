// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "videopose/base/parallel.h"
#include "videopose/geometry.h"
#include "videopose/metrics.h"

namespace videopose::internal::mpjpe_test {

constexpr double kRounding = 1e-6;  // of float poses of about one metre

Tensor RandomPoses(int64_t frames, int64_t joints, uint32_t seed) {
  Tensor poses({frames, joints, 3});
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  for (float& value : poses.values) value = normal(random);
  return poses;
}

TEST(PoseErrors, ByHand) {
  // Two joints, two frames. Distances: 3 and 5; 4 and 0.
  const Tensor target({2, 2, 3}, {0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1});
  const Tensor predicted({2, 2, 3}, {3, 0, 0, 1, 4, 5, 0, 4, 0, 1, 1, 1});
  const PoseErrors errors = MeasurePoseErrors(predicted, target);
  EXPECT_DOUBLE_EQ(errors.mpjpe, (3 + 5 + 4 + 0) / 4.0);
  // The target stands still; the prediction moves by (-3, 4, 0) and (0, -3, -4).
  EXPECT_DOUBLE_EQ(errors.mpjve, 5);
}

TEST(PoseErrors, ScaleCostsNothingInProtocol3) {
  const Tensor target = RandomPoses(9, 17, 1);
  Tensor predicted = target;
  for (float& value : predicted.values) value *= 0.25F;
  const PoseErrors errors = MeasurePoseErrors(predicted, target);
  EXPECT_GT(errors.mpjpe, 0.5);
  EXPECT_NEAR(errors.n_mpjpe, 0, kRounding);
  EXPECT_NEAR(errors.p_mpjpe, 0, kRounding);
}

TEST(PoseErrors, RotationCostsNothingInProtocol2) {
  const Tensor target = RandomPoses(9, 17, 2);
  Tensor predicted = target;
  const Quaternion turn = FromAxisAngle(Normalized(Vec3d{1, -2, 3}), 2.5);
  for (size_t i = 0; i < predicted.values.size(); i += 3) {
    const float* x = target.values.data() + i;
    const Vec3d turned = 3.0 * Rotate(turn, {x[0], x[1], x[2]}) + Vec3d{0.1, 0.2, -0.3};
    predicted.values[i] = turned.x;
    predicted.values[i + 1] = turned.y;
    predicted.values[i + 2] = turned.z;
  }
  const PoseErrors errors = MeasurePoseErrors(predicted, target);
  EXPECT_GT(errors.n_mpjpe, 0.5);
  EXPECT_NEAR(errors.p_mpjpe, 0, kRounding);
}

TEST(PoseErrors, AlignmentAndScaleMinimiseSquaresSoUsuallyHelp) {
  const PoseErrors errors = MeasurePoseErrors(RandomPoses(200, 17, 3), RandomPoses(200, 17, 4));
  EXPECT_LT(errors.n_mpjpe, errors.mpjpe);
  EXPECT_LT(errors.p_mpjpe, errors.n_mpjpe);
}

TEST(PoseErrors, ThreadsDoNotChangeTheResult) {
  const Tensor predicted = RandomPoses(2000, 17, 5), target = RandomPoses(2000, 17, 6);
  SetThreadCount(1);
  const PoseErrors alone = MeasurePoseErrors(predicted, target);
  SetThreadCount(3);
  EXPECT_EQ(MeasurePoseErrors(predicted, target), alone);
  SetThreadCount(0);
}

TEST(PoseErrors, DegeneratePosesHaveErrorsToo) {
  const Tensor target = RandomPoses(1, 5, 7);
  const Tensor zeros({1, 5, 3});
  const PoseErrors errors = MeasurePoseErrors(zeros, target);
  EXPECT_NEAR(errors.n_mpjpe, errors.mpjpe, kRounding);  // there is nothing to scale
  EXPECT_TRUE(std::isfinite(errors.p_mpjpe));
  EXPECT_EQ(errors.mpjve, 0);  // a single frame
  EXPECT_EQ(MeasurePoseErrors(zeros, zeros), PoseErrors{});
}

TEST(PoseErrors, NanIsNotHidden) {
  const Tensor target = RandomPoses(4, 5, 8);
  Tensor predicted = target;
  predicted.values[17] = std::numeric_limits<float>::quiet_NaN();
  const PoseErrors errors = MeasurePoseErrors(predicted, target);
  EXPECT_TRUE(std::isnan(errors.mpjpe));
  EXPECT_TRUE(std::isnan(errors.p_mpjpe));
  EXPECT_TRUE(std::isnan(errors.n_mpjpe));
  EXPECT_TRUE(std::isnan(errors.mpjve));
}

TEST(PoseErrorMean, WeighsByFrames) {
  PoseErrorMean mean;
  mean.Add({1, 2, 3, 4}, 30);
  mean.Add({5, 6, 7, 8}, 10);
  EXPECT_EQ(mean.Mean(), (PoseErrors{2, 3, 4, 5}));
  EXPECT_EQ(mean.frames(), 40);
}

}  // namespace videopose::internal::mpjpe_test

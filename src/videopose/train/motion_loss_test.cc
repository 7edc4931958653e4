// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/motion_loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "videopose/base/fast_random.h"

namespace videopose::internal::motion_loss_test {

const std::vector<int> kParents = {-1, 0, 1, 0}, kMirrored = {0, 3, 2, 1};
// A joint in the middle and two legs of three: joints 2 and 5 are their knees.
const std::vector<int> kLegParents = {-1, 0, 1, 2, 0, 4, 5}, kLegMirrored = {0, 4, 5, 6, 1, 2, 3};

std::vector<float> RandomPoses(size_t poses, uint64_t seed, size_t joints = 4) {
  FastRandom random(seed);
  std::vector<float> values(poses * joints * 3);
  for (float& value : values) value = static_cast<float>(random.Gauss());
  return values;
}

double LossOf(const MotionLossWeights& weights, const std::vector<float>& x,
              const std::vector<float>& y) {
  std::vector<float> gradient(x.size());
  return MotionLoss(weights, kParents, kMirrored).Add(x, y, gradient);
}

TEST(MotionLoss, IsWhatTheFormulaSays) {
  // One joint of one pair moves by (3, 4, 0) more than it should.
  std::vector<float> y(24, 0), x(24, 0);
  for (size_t p = 0; p < 2; ++p) {
    for (size_t j = 1; j < 4; ++j) x[12 * p + 3 * j] = y[12 * p + 3 * j] = static_cast<float>(j);
  }
  x[12 + 3 * 3] += 3;
  x[12 + 3 * 3 + 1] += 4;
  EXPECT_NEAR(LossOf({.velocity = 2}, x, y), 2 * 5.0 / 4, 1e-6);
  // Its bone, from joint 0, is then |(6, 4, 0)| long instead of 3; 6 bones in all.
  EXPECT_NEAR(LossOf({.bones = 1}, x, y), (std::sqrt(52.0) - 3) / 6, 1e-6);
  // Joints 1 and 3 are opposite: 1 and 3 long in the first pose, 1 and |(6, 4, 0)| in the second.
  EXPECT_NEAR(LossOf({.symmetry = 1}, x, y), (2 + std::sqrt(52.0) - 1) / 2, 1e-6);
}

double FlexionLossOf(const std::vector<float>& x, const std::vector<float>& y) {
  std::vector<float> gradient(x.size());
  return MotionLoss({.flexion = 2}, kLegParents, kLegMirrored).Add(x, y, gradient);
}

TEST(MotionLoss, FlexionIsThatOfKnees) {
  // Two poses of straight legs down.
  std::vector<float> y;
  for (int pose = 0; pose < 2; ++pose) {
    y.insert(y.end(), {0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 2, 0, -1, 0, 0, -1, 1, 0, -1, 2, 0});
  }
  std::vector<float> x = y;
  x[3 * 3] = 2;  // the first one's ankle beside its knee, one over and one out: bent by 90 degrees
  x[3 * 3 + 1] = 1;
  EXPECT_NEAR(FlexionLossOf(x, y), 2 * (std::numbers::pi / 2) / 4, 1e-6);
  x = y;
  for (size_t i = 0; i < x.size(); i += 3)
    x[i] *= 3;  // hips apart: knees are as straight as before
  EXPECT_NEAR(FlexionLossOf(x, y), 0, 1e-6);
}

TEST(MotionLoss, FlexionHasTheGradientOfItsValue) {
  auto x = RandomPoses(4, 2, 7);
  const auto y = RandomPoses(4, 3, 7);
  std::vector<float> gradient(x.size());
  MotionLoss({.flexion = 2}, kLegParents, kLegMirrored).Add(x, y, gradient);
  for (size_t i = 0; i < x.size(); ++i) {
    const float value = x[i];
    constexpr float kStep = 1e-3F;
    x[i] = value + kStep;
    const double above = FlexionLossOf(x, y);
    x[i] = value - kStep;
    const double below = FlexionLossOf(x, y);
    x[i] = value;
    EXPECT_NEAR(gradient[i], (above - below) / (2 * kStep), 1e-3) << i;
  }
}

TEST(MotionLoss, LimbsWithoutAFlexionHaveNoSlope) {
  std::vector<float> x(2 * 21, 0), gradient(x.size());  // all joints in one place
  const auto y = RandomPoses(2, 3, 7);
  EXPECT_GT(MotionLoss({.flexion = 2}, kLegParents, kLegMirrored).Add(x, y, gradient), 0);
  for (const float slope : gradient) EXPECT_EQ(slope, 0);
}

TEST(MotionLoss, IsZeroForTheTruth) {
  const auto y = RandomPoses(6, 1);
  EXPECT_EQ(LossOf({.velocity = 1, .bones = 1}, y, y), 0);
}

TEST(MotionLoss, HasTheGradientOfItsValue) {
  const MotionLossWeights weights{.velocity = 0.7, .bones = 1.3, .symmetry = 0.9};
  auto x = RandomPoses(4, 2);
  const auto y = RandomPoses(4, 3);
  std::vector<float> gradient(x.size(), 0.5F);  // it is added to
  MotionLoss(weights, kParents, kMirrored).Add(x, y, gradient);
  for (size_t i = 0; i < x.size(); ++i) {
    const float value = x[i];
    constexpr float kStep = 2e-3F;
    x[i] = value + kStep;
    const double above = LossOf(weights, x, y);
    x[i] = value - kStep;
    const double below = LossOf(weights, x, y);
    x[i] = value;
    // Second order in the step: the terms' curvature is of the order of 1 over distances of 1.
    EXPECT_NEAR(gradient[i] - 0.5, (above - below) / (2 * kStep), 2e-3) << i;
  }
}

}  // namespace videopose::internal::motion_loss_test

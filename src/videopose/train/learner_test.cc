#include "videopose/train/learner.h"

#include <gtest/gtest.h>

#include "videopose/train/golden_file.h"
#include "videopose/train/projection.h"

namespace videopose {
namespace {

constexpr int64_t kWindows = 64;

TrainableModel MakeModel(uint32_t seed, int output_channels) {
  RandomState random(seed);
  const TemporalArchitecture architecture{
      .widths = {3, 3}, .channels = 32, .input_channels = 6, .output_channels = output_channels};
  return {InitialWeights(architecture, random), {.strided = true, .dropout = 0}};
}

// Three joints in front of the camera, seen for nine frames without moving.
WindowBatch MakeBatch(uint32_t seed, bool with_poses) {
  RandomState random(seed);
  WindowBatch batch{.windows = kWindows};
  for (int64_t w = 0; w < kWindows; ++w) {
    std::vector<float> root(3), pose(9), points(9), screen(6);
    const std::vector<float> camera = {2, 2, 0, 0, -0.2F, 0.2F, 0, 0, 0};
    for (float& v : root) v = static_cast<float>(random.NextDouble() - 0.5);
    root[2] += 4;
    for (size_t i = 0; i < 9; ++i) {
      pose[i] = i < 3 ? 0 : static_cast<float>(random.NextDouble() - 0.5);
      points[i] = pose[i] + root[i % 3];
    }
    Project<float>(points, camera, 3, {}, screen);
    for (int t = 0; t < 9; ++t) {
      batch.keypoints.insert(batch.keypoints.end(), screen.begin(), screen.end());
    }
    batch.intrinsics.insert(batch.intrinsics.end(), camera.begin(), camera.end());
    if (!with_poses) continue;
    batch.poses.insert(batch.poses.end(), pose.begin(), pose.end());
    batch.roots.insert(batch.roots.end(), root.begin(), root.end());
  }
  return batch;
}

const LearnerOptions kOptions{.parents = {-1, 0, 1}};

TEST(Learner, SupervisedLossFalls) {
  const OneThread one_thread;
  Learner learner(MakeModel(1, 9), std::nullopt, kOptions);
  const WindowBatch batch = MakeBatch(1, true);
  const StepLosses first = learner.Step(batch, 0.01);
  StepLosses last;
  for (int i = 0; i < 200; ++i) last = learner.Step(batch, 0.01);
  EXPECT_LT(last.pose, first.pose / 5);
  EXPECT_EQ(last.trajectory, 0);
  EXPECT_EQ(last.projection, 0);
  EXPECT_THROW(learner.Step(batch, batch, 0.01), std::logic_error);
}

TEST(Learner, EveryTermOfSemiSupervisionFalls) {
  const OneThread one_thread;
  Learner learner(MakeModel(1, 9), MakeModel(2, 3), kOptions);
  const WindowBatch labeled = MakeBatch(1, true), unlabeled = MakeBatch(2, false);
  const StepLosses first = learner.Step(labeled, unlabeled, 0.01);
  StepLosses last;
  for (int i = 0; i < 300; ++i) last = learner.Step(labeled, unlabeled, 0.01);
  EXPECT_LT(last.pose, first.pose / 5);
  EXPECT_LT(last.trajectory, first.trajectory / 5);
  EXPECT_LT(last.projection, first.projection / 5);
  EXPECT_LT(last.bones, first.bones / 2);
}

// What the unlabelled part adds is seen by the weights only where its terms are asked for.
TEST(Learner, UnlabeledTermsCanBeLeftOut) {
  const WindowBatch labeled = MakeBatch(1, true), unlabeled = MakeBatch(2, false);
  const auto step = [&](bool project, bool bones) {
    Learner learner(MakeModel(1, 9), MakeModel(2, 3),
                    {.project = project, .compare_bones = bones, .parents = kOptions.parents});
    const StepLosses losses = learner.Step(labeled, unlabeled, 0.01);
    EXPECT_EQ(losses.projection > 0, project);
    EXPECT_EQ(losses.bones > 0, bones);
    const auto gradient = learner.pose().gradient();
    return std::vector<float>(gradient.begin(), gradient.end());
  };
  const auto neither = step(false, false);
  EXPECT_NE(neither, step(true, false));
  EXPECT_NE(neither, step(false, true));
}

// Of joints that no keypoint shows the projection says nothing.
TEST(Learner, OnlyJointsWithKeypointsAreProjected) {
  const WindowBatch labeled = MakeBatch(1, true), unlabeled = MakeBatch(2, false);
  const auto bias_gradient = [&](bool project) {
    Learner learner(MakeModel(1, 9), MakeModel(2, 3),
                    {.project = project, .compare_bones = false, .joint_keypoints = {{1, 2}}});
    learner.Step(labeled, unlabeled, 0.01);
    const ParameterSlot& bias = learner.pose().layout().shrink_bias;
    const auto gradient = learner.pose().gradient().subspan(bias.offset, bias.size());
    return std::vector<float>(gradient.begin(), gradient.end());
  };
  const std::vector<float> without = bias_gradient(false), with = bias_gradient(true);
  ASSERT_EQ(with.size(), 9U);
  for (size_t i = 0; i < 9; ++i) {
    if (i / 3 == 1) {
      EXPECT_NE(with[i], without[i]);
    } else {
      EXPECT_EQ(with[i], without[i]);
    }
  }
}

TEST(Learner, MomentumReachesBothModels) {
  Learner learner(MakeModel(1, 9), MakeModel(2, 3), kOptions);
  learner.SetMomentum(0.01);
  EXPECT_EQ(learner.pose().momentum(), 0.01);
  EXPECT_EQ(learner.trajectory()->momentum(), 0.01);
}

}  // namespace
}  // namespace videopose

// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/joint_keypoints.h"

#include <gtest/gtest.h>

#include "support/test_data.h"
#include "videopose/train/epoch_evaluation.h"
#include "videopose/train/parameter_layout.h"

namespace videopose::internal::joint_keypoints_test {

namespace fs = std::filesystem;

const fs::path kGoldenData = TestData("golden/data");

TEST(JointKeypoints, OfTheSkeletonsOwnKeypointsAreAll) {
  const Dataset dataset({.data_dir = kGoldenData, .name = "h36m", .keypoints = "gt"});
  EXPECT_EQ(JointKeypointsOf(dataset), SameJointKeypoints(17));
}

TEST(JointKeypoints, OfCocosAreTheLimbs) {
  const Dataset dataset({.data_dir = kGoldenData, .name = "custom", .keypoints = "myvideos"});
  const std::vector<JointKeypoint> pairs = JointKeypointsOf(dataset);
  EXPECT_EQ(pairs.size(), 12U);
  for (const auto& [joint, keypoint] : pairs) {
    EXPECT_EQ(dataset.skeleton().joint_names[static_cast<size_t>(joint)],
              Coco17().joint_names[static_cast<size_t>(keypoint)]);
  }
}

// Only keypoint 4 is compared, and with joint 1: all others may be anywhere.
TEST(JointKeypoints, OnlyPairsCountOnTheScreen) {
  const TemporalArchitecture pose_network{
      .widths = {1}, .channels = 4, .input_channels = 10, .output_channels = 9};
  TemporalArchitecture root_network = pose_network;
  root_network.output_channels = 3;
  RandomState random(3);
  TemporalWeights pose = InitialWeights(pose_network, random);
  TemporalWeights root = InitialWeights(root_network, random);
  // For any input: joint 1 at (1, 2, 1), the root at (0, 0, 3).
  for (float& w : pose.shrink_weight.values) w = 0;
  for (float& w : root.shrink_weight.values) w = 0;
  pose.shrink_bias = {7, 7, 7, 1, 2, 1, 9, 9, 9};
  root.shrink_bias = {0, 0, 3};
  Sequence sequence{.intrinsics = ScreenIntrinsics{.fx = 2, .fy = 2}};
  sequence.keypoints = Tensor({2, 5, 2});
  for (size_t t = 0; t < 2; ++t) {
    sequence.keypoints.values[t * 10 + 8] = 0.5F;  // 2 * 1 / 4
    sequence.keypoints.values[t * 10 + 9] = 1.2F;  // 2 * 2 / 4 + 0.2
  }
  const TemporalModel pose_model(pose), root_model(root);
  const JointSymmetry symmetry{{0, 1, 2, 3, 4}, {0, 1, 2}};
  const JointKeypoint pair{.joint = 1, .keypoint = 4};
  const SequenceLosses losses =
      MeasureSequences(pose_model, &root_model, symmetry, {&sequence, 1}, {}, {&pair, 1});
  EXPECT_NEAR(losses.screen, 0.2, 1e-6);
}

}  // namespace videopose::internal::joint_keypoints_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "videopose/base/error.h"
#include "videopose/train/evaluation_report.h"

namespace videopose::internal::evaluate_test {

using ::testing::HasSubstr;

// One block of width 3 that passes on what its middle frame (its last, if causal) holds: keypoints
// of one joint, (x, y, confidence), become its 3D position, negative coordinates 0.
TemporalModel PassingModel(bool causal = false) {
  TemporalWeights weights;
  weights.architecture = {
      .widths = {3}, .channels = 3, .input_channels = 3, .output_channels = 3, .causal = causal};
  ConvolutionWeights convolution;
  convolution.weight = Tensor({3, 3, 3});
  weights.shrink_weight = Tensor({3, 3, 1});
  for (size_t i = 0; i < 3; ++i) {
    convolution.weight.values[i * 9 + i * 3 + (causal ? 2 : 1)] = 1;
    weights.shrink_weight.values[i * 3 + i] = 1;
  }
  const std::vector<float> ones(3, 1), zeros(3, 0);
  convolution.norm = {ones, zeros, zeros, std::vector<float>(3, 1 - 1e-5F)};
  weights.convolutions = {convolution};
  weights.shrink_bias = zeros;
  return TemporalModel(weights);
}

const JointSymmetry kOneJoint{{0}, {0}};

// A joint at (x, 0, 0) in each frame, and a truth that is off by `error_m`.
Sequence Line(const std::string& subject, const std::string& action, int64_t frames,
              float error_m) {
  Sequence sequence{.subject = subject,
                    .action = action,
                    .keypoints = Tensor({frames, 1, 3}),
                    .poses = Tensor({frames, 1, 3}),
                    .roots = Tensor({frames, 3})};
  for (int64_t t = 0; t < frames; ++t) {
    sequence.keypoints.values[static_cast<size_t>(3 * t)] = static_cast<float>(t);
    sequence.poses.values[static_cast<size_t>(3 * t)] = static_cast<float>(t) + error_m;
  }
  return sequence;
}

constexpr double kRoundingMm = 1e-2;  // of metres in float, some ten frames from the origin

TEST(PredictPoses, RepeatsTheEdges) {
  const Sequence line = Line("S1", "Walk", 4, 0);
  for (const bool causal : {false, true}) {
    const Tensor poses =
        PredictPoses(PassingModel(causal), line.keypoints, kOneJoint, {.average_flip = false});
    ASSERT_EQ(poses.shape, (std::vector<int64_t>{4, 1, 3}));
    for (size_t t = 0; t < 4; ++t) EXPECT_NEAR(poses.values[3 * t], static_cast<float>(t), 1e-5);
  }
}

TEST(PredictPoses, AveragesWithTheMirrorImage) {
  // The mirrored x is negative, which the network's ReLU cuts off: the mean is half.
  const Tensor poses = PredictPoses(PassingModel(), Line("S1", "Walk", 4, 0).keypoints, kOneJoint);
  EXPECT_NEAR(poses.values[9], 1.5, 1e-5);
}

TEST(PredictPoses, NoFramesGiveNoPoses) {
  EXPECT_EQ(PredictPoses(PassingModel(), Tensor({0, 1, 3}), kOneJoint).shape,
            (std::vector<int64_t>{0, 1, 3}));
}

TEST(Evaluate, GroupsByTheFirstWordAndWeighsByFrames) {
  const std::vector<Sequence> sequences = {
      Line("S9", "Walking", 10, 0.1F), Line("S9", "Eating 1", 8, 0.2F),
      Line("S11", "Walking 1", 30, 0.3F), Line("S11", "Walking", 0, 9)};
  int64_t last_done = 0;
  const std::vector<Evaluation> all = Evaluate(
      PassingModel(), kOneJoint, sequences,
      {.average_flip = false,
       .monitor = {.on_progress = [&](const Progress& progress) { last_done = progress.done; }}});
  EXPECT_EQ(last_done, 48);
  ASSERT_EQ(all.size(), 1);
  EXPECT_EQ(all[0].subject, "");
  ASSERT_EQ(all[0].actions.size(), 2);
  EXPECT_EQ(all[0].actions[0].action, "Walking");
  EXPECT_EQ(all[0].actions[0].frame_count, 40);
  EXPECT_NEAR(all[0].actions[0].errors_mm.mpjpe, (10 * 100 + 30 * 300) / 40.0, kRoundingMm);
  EXPECT_NEAR(all[0].actions[0].errors_mm.mpjve, 0, kRoundingMm);
  EXPECT_NEAR(all[0].actions[1].errors_mm.mpjpe, 200, kRoundingMm);
  EXPECT_NEAR(all[0].average_mm.mpjpe, (250 + 200) / 2.0, kRoundingMm);

  const std::vector<Evaluation> each =
      Evaluate(PassingModel(), kOneJoint, sequences, {.average_flip = false, .by_subject = true});
  ASSERT_EQ(each.size(), 2);
  EXPECT_EQ(each[1].subject, "S11");
  EXPECT_NEAR(each[1].average_mm.mpjpe, 300, kRoundingMm);
}

TEST(Evaluate, NeedsGroundTruthAndStopsWhenAsked) {
  Sequence unlabeled = Line("S4", "Box 2", 5, 0);
  unlabeled.poses = {};
  EXPECT_THROW((void)Evaluate(PassingModel(), kOneJoint, {&unlabeled, 1}), Error);
  const std::atomic<bool> stop = true;
  const Sequence labeled = Line("S1", "Walk", 5, 0);
  EXPECT_THROW((void)Evaluate(PassingModel(), kOneJoint, {&labeled, 1},
                              {.monitor = {.stop_requested = &stop}}),
               Cancelled);
}

TEST(EvaluationReport, AsTableAndAsJson) {
  const Evaluation evaluation{.subject = "S11",
                              .actions = {{"WalkTogether", {46.82, 36.5, 45.01, 2.834}, 1383}},
                              .average_mm = {46.82, 36.5, 45.01, 2.834}};
  EXPECT_EQ(EvaluationTable(evaluation),
            "S11              MPJPE   P-MPJPE   N-MPJPE     MPJVE    frames\n"
            "WalkTogether      46.8      36.5      45.0      2.83      1383\n"
            "Average           46.8      36.5      45.0      2.83      1383\n");
  EXPECT_EQ(ToJson(std::vector<Evaluation>{evaluation}).dump(),
            R"([{"subject":"S11","actions":{"WalkTogether":{"mpjpe":46.82,"p_mpjpe":36.5,)"
            R"("n_mpjpe":45.01,"mpjve":2.834}},"average":{"mpjpe":46.82,"p_mpjpe":36.5,)"
            R"("n_mpjpe":45.01,"mpjve":2.834}}])");
  EXPECT_TRUE(ToJson(std::vector<Evaluation>{{}})[0]["subject"].is_null());
}

TEST(AddRoots, MovesEveryJoint) {
  Tensor poses({2, 2, 3}, {0, 0, 0, 1, 2, 3, 0, 0, 0, 4, 5, 6});
  AddRoots(Tensor({2, 1, 3}, {10, 20, 30, 40, 50, 60}), poses);
  EXPECT_EQ(poses.values, (std::vector<float>{10, 20, 30, 11, 22, 33, 40, 50, 60, 44, 55, 66}));
}

}  // namespace videopose::internal::evaluate_test

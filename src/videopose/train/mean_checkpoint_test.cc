// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/mean_checkpoint.h"

#include <gtest/gtest.h>

#include <vector>

#include "videopose/base/error.h"
#include "videopose/train/parameter_layout.h"

namespace videopose::internal::mean_checkpoint_test {

TrainingCheckpoint RandomCheckpoint(int64_t seed, int channels = 4) {
  RandomState random(seed);
  const TemporalArchitecture architecture{
      .widths = {3, 5}, .channels = channels, .input_channels = 6, .output_channels = 9};
  TrainingCheckpoint checkpoint{.epoch = seed};
  checkpoint.pose.weights = InitialWeights(architecture, random);
  checkpoint.pose.weights.convolutions[1].norm.running_var[2] = static_cast<float>(seed);
  checkpoint.pose.adam = Adam::State{};
  return checkpoint;
}

TEST(MeanCheckpoint, AveragesAllWeights) {
  const std::vector<TrainingCheckpoint> all = {RandomCheckpoint(1), RandomCheckpoint(2),
                                               RandomCheckpoint(6)};
  const TrainingCheckpoint mean = MeanCheckpoint(all);
  EXPECT_EQ(mean.epoch, 6);
  EXPECT_FALSE(mean.pose.adam);
  const auto& convolutions = mean.pose.weights.convolutions;
  EXPECT_EQ(convolutions[1].norm.running_var[2], 3);
  const auto of = [&](size_t i) { return all[i].pose.weights.convolutions[0].weight.data()[5]; };
  EXPECT_FLOAT_EQ(convolutions[0].weight.data()[5], (of(0) + of(1) + of(2)) / 3);
  const auto bias = [&](size_t i) { return all[i].pose.weights.shrink_bias[1]; };
  EXPECT_FLOAT_EQ(mean.pose.weights.shrink_bias[1], (bias(0) + bias(1) + bias(2)) / 3);
}

TEST(MeanCheckpoint, IsThatOfNetworksOfOneKind) {
  const std::vector<TrainingCheckpoint> wider = {RandomCheckpoint(1), RandomCheckpoint(2, 8)};
  EXPECT_THROW(MeanCheckpoint(wider), Error);
  std::vector<TrainingCheckpoint> other = {RandomCheckpoint(1), RandomCheckpoint(2)};
  other[0].input = LifterInput::kRays;
  EXPECT_THROW(MeanCheckpoint(other), Error);
}

}  // namespace videopose::internal::mean_checkpoint_test

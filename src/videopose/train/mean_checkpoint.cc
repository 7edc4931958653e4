// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/mean_checkpoint.h"

#include <vector>

#include "videopose/base/check.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

// All arrays of a network, in an order of their own.
std::vector<std::span<float>> ArraysOf(TemporalWeights& weights) {
  std::vector<std::span<float>> arrays;
  const auto add_tensor = [&](Tensor& tensor) {
    arrays.emplace_back(tensor.data(), tensor.size());
  };
  for (ConvolutionWeights& convolution : weights.convolutions) {
    add_tensor(convolution.weight);
    BatchNormWeights& norm = convolution.norm;
    for (auto* array : {&norm.weight, &norm.bias, &norm.running_mean, &norm.running_var}) {
      arrays.emplace_back(*array);
    }
  }
  add_tensor(weights.shrink_weight);
  arrays.emplace_back(weights.shrink_bias);
  return arrays;
}

// The mean of the same network of all checkpoints.
template <typename WeightsOf>
TemporalWeights MeanWeights(std::span<const TrainingCheckpoint> checkpoints,
                            const WeightsOf& weights_of) {
  TemporalWeights mean = weights_of(checkpoints.back());
  const std::vector<std::span<float>> into = ArraysOf(mean);
  std::vector<std::vector<double>> sums;
  for (const std::span<float> array : into) sums.emplace_back(array.size());
  for (const TrainingCheckpoint& checkpoint : checkpoints) {
    TemporalWeights weights = weights_of(checkpoint);
    if (!(weights.architecture == mean.architecture)) {
      Fail(ErrorCode::kMismatch, "a mean of networks of different architectures");
    }
    const std::vector<std::span<float>> arrays = ArraysOf(weights);
    for (size_t i = 0; i < arrays.size(); ++i) {
      for (size_t k = 0; k < arrays[i].size(); ++k) sums[i][k] += arrays[i][k];
    }
  }
  const double share = 1 / static_cast<double>(checkpoints.size());
  for (size_t i = 0; i < into.size(); ++i) {
    for (size_t k = 0; k < into[i].size(); ++k) into[i][k] = static_cast<float>(share * sums[i][k]);
  }
  return mean;
}

}  // namespace

TrainingCheckpoint MeanCheckpoint(std::span<const TrainingCheckpoint> checkpoints) {
  VP_CHECK(!checkpoints.empty(), "a mean of nothing");
  const TrainingCheckpoint& last = checkpoints.back();
  for (const TrainingCheckpoint& checkpoint : checkpoints) {
    if (checkpoint.input != last.input || checkpoint.joints != last.joints ||
        checkpoint.trajectory.has_value() != last.trajectory.has_value()) {
      Fail(ErrorCode::kMismatch, "a mean of lifters that differ in input, joints or networks");
    }
  }
  TrainingCheckpoint mean{.epoch = last.epoch,
                          .learning_rate = last.learning_rate,
                          .pose = {.batches_seen = last.pose.batches_seen},
                          .input = last.input,
                          .joints = last.joints,
                          .options = last.options};
  mean.pose.weights =
      MeanWeights(checkpoints, [](const TrainingCheckpoint& from) { return from.pose.weights; });
  if (last.trajectory) {
    mean.trajectory.emplace(
        TrainingCheckpoint::Model{.batches_seen = last.trajectory->batches_seen});
    mean.trajectory->weights = MeanWeights(
        checkpoints, [](const TrainingCheckpoint& from) { return from.trajectory->weights; });
  }
  return mean;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/sequence_batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace videopose::internal::sequence_batches_test {

using testing::ElementsAre;

std::mt19937& Engine() {
  static std::mt19937 engine(3);
  return engine;
}

std::vector<float> RandomValues(int64_t count) {
  std::uniform_real_distribution<float> uniform(-0.5F, 0.5F);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = uniform(Engine());
  return values;
}

ConvolutionWeights RandomConvolution(int64_t out, int64_t in, int64_t taps) {
  const std::vector<float> ones(static_cast<size_t>(out), 1);
  return {Tensor({out, in, taps}, RandomValues(out * in * taps)),
          {ones, RandomValues(out), RandomValues(out), ones}};
}

TemporalModel RandomModel(bool causal) {
  TemporalWeights weights{.architecture = {.widths = {3, 5},
                                           .channels = 6,
                                           .input_channels = 4,
                                           .output_channels = 3,
                                           .causal = causal}};
  weights.convolutions = {RandomConvolution(6, 4, 3), RandomConvolution(6, 6, 5),
                          RandomConvolution(6, 6, 1)};
  weights.shrink_weight = Tensor({3, 6, 1}, RandomValues(18));
  weights.shrink_bias = RandomValues(3);
  return TemporalModel(weights);
}

// As VideoPose3D predicts: the edges repeated, then all of it at once.
Tensor PredictAlone(const TemporalModel& model, const Tensor& sequence) {
  const TemporalArchitecture& architecture = model.architecture();
  const int64_t frames = sequence.dim(0);
  Tensor padded({frames + architecture.receptive_field() - 1, 4});
  for (int64_t t = 0; t < padded.dim(0); ++t) {
    const int64_t from = std::clamp<int64_t>(t - architecture.pad_before(), 0, frames - 1);
    std::copy_n(sequence.data() + from * 4, 4, padded.data() + t * 4);
  }
  return model.Forward(padded);
}

TEST(BatchPredictor, GivesWhatEachSequenceGivesAlone) {
  for (const bool causal : {false, true}) {
    const TemporalModel model = RandomModel(causal);
    BatchPredictor predictor(model);
    const std::vector<std::vector<int64_t>> batches = {{7, 1, 30, 2}, {3000, 2990}, {1}, {}};
    for (const std::vector<int64_t>& lengths : batches) {
      std::vector<Tensor> sequences;
      int64_t total = 0, counted = 0;
      for (const int64_t frames : lengths) {
        sequences.emplace_back(std::vector<int64_t>{frames, 4}, RandomValues(4 * frames));
        total += frames;
      }
      const std::vector<Tensor> predicted =
          predictor.Predict(sequences, [&](int64_t frames) { counted += frames; });
      EXPECT_EQ(counted, total);
      ASSERT_EQ(predicted.size(), sequences.size());
      for (size_t i = 0; i < sequences.size(); ++i) {
        const Tensor alone = PredictAlone(model, sequences[i]);
        ASSERT_EQ(predicted[i].shape, alone.shape);
        EXPECT_THAT(predicted[i].values,
                    testing::Pointwise(testing::FloatNear(1e-5F), alone.values));
      }
    }
  }
}

TEST(BatchPredictor, RefusesWhatIsNoSequence) {
  const TemporalModel model = RandomModel(false);
  BatchPredictor predictor(model);
  const std::vector<Tensor> empty = {Tensor({0, 4})}, wide = {Tensor({9, 5})};
  EXPECT_THROW(predictor.Predict(empty), std::logic_error);
  EXPECT_THROW(predictor.Predict(wide), std::logic_error);
}

TEST(SequenceBatches, PutsSimilarLengthsTogether) {
  const TemporalArchitecture architecture{.widths = {3}};  // 2 frames of edges
  EXPECT_THAT(SequenceBatches(architecture, std::vector<int64_t>{50, 100, 0, 99, 49, 5000}),
              ElementsAre(ElementsAre(5), ElementsAre(1, 3), ElementsAre(0, 4)));
  EXPECT_THAT(SequenceBatches(architecture, {}), ElementsAre());
}

TEST(SequenceBatches, HoldsAllOnceAndNoMoreThanFillsTheGemms) {
  const TemporalArchitecture architecture{.widths = {3, 3, 3, 3, 3}};
  std::uniform_int_distribution<int64_t> uniform(1, 3000);
  std::vector<int64_t> lengths;
  for (int i = 0; i < 2000; ++i) lengths.push_back(uniform(Engine()));
  std::vector<size_t> all;
  for (const std::vector<size_t>& batch : SequenceBatches(architecture, lengths)) {
    int64_t longest = 0, sum = 0;
    for (const size_t i : batch) {
      longest = std::max(longest, lengths[i] + 242);
      sum += lengths[i] + 242;
      all.push_back(i);
    }
    EXPECT_LT(sum, 1024 + longest);
    EXPECT_LE(std::ssize(batch) * longest, sum * 17 / 16 + 1);
  }
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), lengths.size());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

}  // namespace videopose::internal::sequence_batches_test

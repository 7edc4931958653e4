// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/temporal_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "videopose/lift/test_plain_model.h"
#include "videopose/lift/test_weights.h"
#include "videopose/nn/test_devices.h"

namespace videopose::internal::temporal_model_test {

double LargestDifference(const std::vector<float>& actual, const Signal& expected) {
  std::vector<double> flat;
  for (const std::vector<double>& row : expected) flat.insert(flat.end(), row.begin(), row.end());
  EXPECT_EQ(actual.size(), flat.size());
  double largest = 0;
  for (size_t i = 0; i < std::min(actual.size(), flat.size()); ++i) {
    largest = std::max(largest, std::abs(actual[i] - flat[i]));
  }
  return largest;
}

// Outputs are of size 1 and each layer's sums round at 2^-24 of their terms.
constexpr double kTolerance = 1e-5;

class TemporalModelOnDevice : public DeviceTest {};
INSTANTIATE_TEST_SUITE_P(On, TemporalModelOnDevice, AllDevices(), kDeviceName);

TEST_P(TemporalModelOnDevice, AgreesWithTheReferenceImplementationForAnyArchitecture) {
  RandomValues random(7);
  for (int trial = 0; trial < 60; ++trial) {
    TemporalArchitecture architecture{.channels = random.Int(1, 24),
                                      .input_channels = random.Int(1, 8),
                                      .output_channels = 3 * random.Int(1, 4),
                                      .causal = random.Int(0, 1) == 1,
                                      .dense = random.Int(0, 1) == 1};
    const int block_count = random.Int(1, 4);
    for (int i = 0; i < block_count; ++i) {
      architecture.widths.push_back(random.Int(0, block_count > 3 ? 1 : 2) * 2 + 1);
    }
    const TemporalWeights weights = RandomWeights(random, architecture);
    const int64_t frames = architecture.receptive_field() - 1 + random.Int(1, 30);
    const int64_t cols = architecture.input_channels;
    const Tensor input({frames, cols}, random.Floats(frames * cols, -1, 1));
    const Tensor output = TemporalModel(weights, device()).Forward(input);
    EXPECT_EQ(output.shape, (std::vector<int64_t>{frames - architecture.receptive_field() + 1,
                                                  architecture.output_channels}));
    EXPECT_LT(LargestDifference(output.values, PlainForward(weights, ToSignal(input.values, cols))),
              kTolerance)
        << "widths " << WidthsText(architecture.widths) << ", causal " << architecture.causal
        << ", dense " << architecture.dense << ", channels " << architecture.channels;
  }
}

TEST_P(TemporalModelOnDevice, LongSequencesHaveNoSeam) {
  RandomValues random(8);
  const TemporalArchitecture architecture{
      .widths = {3, 5, 3}, .channels = 6, .input_channels = 4, .output_channels = 3};
  const TemporalWeights weights = RandomWeights(random, architecture);
  const int64_t frames = 5000;  // several times what goes through at once
  const Tensor input({frames, 4}, random.Floats(frames * 4, -1, 1));
  const Tensor output = TemporalModel(weights, device()).Forward(input);
  EXPECT_LT(LargestDifference(output.values, PlainForward(weights, ToSignal(input.values, 4))),
            kTolerance);
}

TEST(TemporalModel, BatchIsOneSequenceAfterAnother) {
  RandomValues random(9);
  const TemporalArchitecture architecture{
      .widths = {3, 3}, .channels = 5, .input_channels = 4, .output_channels = 6};
  const TemporalModel model(RandomWeights(random, architecture));
  const Tensor batch({3, 12, 4}, random.Floats(3 * 12 * 4, -1, 1));
  const Tensor output = model.Forward(batch);
  EXPECT_EQ(output.shape, (std::vector<int64_t>{3, 4, 6}));
  for (int64_t b = 0; b < 3; ++b) {
    const Tensor one({12, 4}, {batch.values.begin() + b * 48, batch.values.begin() + (b + 1) * 48});
    const std::vector<float> expected(output.values.begin() + b * 24,
                                      output.values.begin() + (b + 1) * 24);
    EXPECT_THAT(model.Forward(one).values, testing::Pointwise(testing::FloatNear(1e-6F), expected));
  }
}

TEST(TemporalStream, SequencesSideBySideInPieces) {
  RandomValues random(12);
  const TemporalArchitecture architecture{
      .widths = {3, 3, 3}, .channels = 7, .input_channels = 4, .output_channels = 3};
  const TemporalModel model(RandomWeights(random, architecture));
  TemporalStream stream(model);
  for (const int64_t sequences : {5, 3000, 1, 2}) {  // 3000: more than go through at once
    const int64_t frames = 40, row = sequences * 4;
    const Tensor input({frames, sequences, 4}, random.Floats(frames * row, -1, 1));
    stream.Reset(sequences);
    std::vector<float> output;
    std::span<const float> left(input.values);
    while (!left.empty()) {
      const auto piece = std::min(left.size(), static_cast<size_t>(row * random.Int(0, 9)));
      stream.Push(left.first(piece), output);
      left = left.subspan(piece);
    }
    ASSERT_EQ(std::ssize(output), 14 * sequences * 3);
    for (int64_t s = 0; s<sequences; s += sequences> 100 ? 431 : 1) {
      Tensor one({frames, 4});
      for (int64_t t = 0; t < frames; ++t) {
        std::copy_n(input.data() + (t * sequences + s) * 4, 4, one.data() + t * 4);
      }
      std::vector<float> actual;
      for (int64_t t = 0; t < 14; ++t) {
        const auto from = output.begin() + (t * sequences + s) * 3;
        actual.insert(actual.end(), from, from + 3);
      }
      EXPECT_THAT(model.Forward(one).values, testing::Pointwise(testing::FloatNear(1e-6F), actual));
    }
  }
}

TEST(TemporalModel, RefusesSequencesShorterThanItsReceptiveField) {
  RandomValues random(10);
  const TemporalArchitecture architecture{
      .widths = {3, 3}, .channels = 5, .input_channels = 4, .output_channels = 6};
  const TemporalModel model(RandomWeights(random, architecture));
  EXPECT_THROW(model.Forward(Tensor({8, 4})), std::logic_error);
  EXPECT_THROW(model.Forward(Tensor({9, 5})), std::logic_error);
  EXPECT_EQ(model.Forward(Tensor({9, 4})).shape, (std::vector<int64_t>{1, 6}));
}

TEST(TemporalStream, GivesTheSameInPiecesOfAnySize) {
  RandomValues random(11);
  for (const bool causal : {false, true}) {
    const TemporalArchitecture architecture{.widths = {3, 3, 3},
                                            .channels = 8,
                                            .input_channels = 4,
                                            .output_channels = 3,
                                            .causal = causal};
    const TemporalModel model(RandomWeights(random, architecture));
    const int64_t frames = 200;
    const Tensor input({frames, 4}, random.Floats(frames * 4, -1, 1));
    const std::vector<float> expected = model.Forward(input).values;

    TemporalStream stream(model);
    std::vector<float> output;
    std::span<const float> left(input.values);
    while (!left.empty()) {
      const auto piece = std::min(left.size(), static_cast<size_t>(4 * random.Int(0, 20)));
      stream.Push(left.first(piece), output);
      left = left.subspan(piece);
      const auto pushed = static_cast<int64_t>(input.values.size() - left.size()) / 4;
      EXPECT_EQ(static_cast<int64_t>(output.size()),
                3 * std::max<int64_t>(0, pushed - architecture.receptive_field() + 1));
    }
    EXPECT_THAT(output, testing::Pointwise(testing::FloatNear(1e-6F), expected));
  }
}

TEST(TemporalArchitecture, FollowsFromWidths) {
  TemporalArchitecture a{
      .widths = {3, 5, 7}, .channels = 16, .input_channels = 34, .output_channels = 51};
  EXPECT_EQ(a.receptive_field(), 105);
  EXPECT_EQ(a.pad(), 52);
  EXPECT_EQ(a.kernel(2), 7);
  EXPECT_EQ(a.kernel_dilation(2), 15);
  EXPECT_EQ(a.pad_before(), 52);
  EXPECT_EQ(a.pad_after(), 52);
  a.causal = true;
  EXPECT_EQ(a.pad_before(), 104);
  EXPECT_EQ(a.pad_after(), 0);
  a.dense = true;
  EXPECT_EQ(a.receptive_field(), 105);
  EXPECT_EQ(a.kernel(2), 91);
  EXPECT_EQ(a.kernel_dilation(2), 1);
}

}  // namespace videopose::internal::temporal_model_test

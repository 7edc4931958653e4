// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/stream_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "videopose/lift/test_weights.h"

namespace videopose::internal::stream_network_test {

// The offline network's output for one frame of what was seen so far, edges repeated.
std::vector<float> OfflineFrame(const TemporalModel& model, const std::vector<float>& frames,
                                int64_t frame) {
  const TemporalArchitecture& a = model.architecture();
  const int64_t cols = a.input_channels, count = std::ssize(frames) / cols;
  Tensor window({a.receptive_field(), cols});
  for (int64_t i = 0; i < a.receptive_field(); ++i) {
    const int64_t from = std::clamp<int64_t>(frame - a.pad_before() + i, 0, count - 1);
    std::copy_n(frames.begin() + from * cols, cols, window.data() + i * cols);
  }
  return model.Forward(window).values;
}

double LargestDifference(std::span<const float> a, std::span<const float> b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max<double>(largest, std::abs(a[i] - b[i]));
  return largest;
}

// Outputs are of size 1; both ways of summing round at 2^-24 of the terms in every layer.
constexpr double kTolerance = 1e-5;

std::vector<float> PushOne(StreamNetwork& network, int64_t sequence, std::span<const float> frame,
                           int64_t out) {
  std::vector<float> output(static_cast<size_t>(out));
  network.Push({&sequence, 1}, {frame.data(), 1, std::ssize(frame)}, {output.data(), 1, out});
  return output;
}

TEST(StreamNetwork, GivesWhatTheOfflineNetworkGivesForEveryFrame) {
  RandomValues random(21);
  for (int trial = 0; trial < 80; ++trial) {
    TemporalArchitecture a{.channels = random.Int(1, 40),
                           .input_channels = random.Int(1, 8),
                           .output_channels = 3 * random.Int(1, 4),
                           .causal = random.Int(0, 1) == 1,
                           .dense = random.Int(0, 3) == 0};
    const int block_count = random.Int(1, 4);
    for (int i = 0; i < block_count; ++i) {
      a.widths.push_back(random.Int(0, block_count > 2 ? 1 : 3) * 2 + 1);
    }
    const TemporalWeights weights = RandomWeights(random, a);
    const TemporalModel offline(weights);
    const int whole = static_cast<int>(a.pad_after());
    for (const int lookahead : {whole, 0, random.Int(0, whole), random.Int(0, whole)}) {
      StreamNetwork network(weights, {.lookahead = lookahead});
      // Shorter than the receptive field, about as long, and longer.
      const int frames = random.Int(1, 2 * static_cast<int>(a.receptive_field()) + 5);
      const int64_t cols = a.input_channels;
      const std::vector<float> input = random.Floats(frames * cols, -1, 1);
      for (int64_t t = 0; t < frames + lookahead; ++t) {  // the end: its last frame repeated
        const int64_t newest = std::min<int64_t>(t, frames - 1);
        const std::vector<float> actual =
            PushOne(network, 0, std::span(input).subspan(newest * cols, cols), a.output_channels);
        if (t < lookahead) continue;
        const std::vector<float> known(input.begin(), input.begin() + (newest + 1) * cols);
        ASSERT_LT(LargestDifference(actual, OfflineFrame(offline, known, t - lookahead)),
                  kTolerance)
            << "widths " << WidthsText(a.widths) << ", causal " << a.causal << ", dense " << a.dense
            << ", look-ahead " << lookahead << " of " << whole << ", frame " << t - lookahead
            << " of " << frames;
      }
    }
  }
}

TEST(StreamNetwork, LongSequencesDoNotDrift) {
  RandomValues random(22);
  const TemporalArchitecture a{
      .widths = {3, 3, 3}, .channels = 16, .input_channels = 4, .output_channels = 3};
  const TemporalWeights weights = RandomWeights(random, a);
  const TemporalModel offline(weights);
  StreamNetwork network(weights, {.lookahead = 5});
  const int64_t frames = 5000;
  const std::vector<float> input = random.Floats(frames * 4, -1, 1);
  for (int64_t t = 0; t < frames; ++t) {
    const std::vector<float> actual =
        PushOne(network, 0, std::span(input).subspan(t * 4, 4), a.output_channels);
    if (t % 487 != 486) continue;
    const std::vector<float> known(input.begin(), input.begin() + (t + 1) * 4);
    ASSERT_LT(LargestDifference(actual, OfflineFrame(offline, known, t - 5)), kTolerance) << t;
  }
}

// Bit for bit, whatever other sequences there are, and whatever was in the slot before.
TEST(StreamNetwork, ASequenceDoesNotDependOnOthers) {
  RandomValues random(23);
  const TemporalArchitecture a{
      .widths = {3, 3, 3}, .channels = 33, .input_channels = 6, .output_channels = 9};
  const TemporalWeights weights = RandomWeights(random, a);
  StreamNetwork many(weights, {.lookahead = 4, .sequences = 5});
  StreamNetwork one(weights, {.lookahead = 4});
  std::map<int64_t, std::vector<std::vector<float>>> inputs, outputs;
  const auto check_and_forget = [&](int64_t sequence) {
    one.Restart(0);
    for (size_t t = 0; t < inputs[sequence].size(); ++t) {
      ASSERT_EQ(PushOne(one, 0, inputs[sequence][t], 9), outputs[sequence][t]) << t;
    }
    inputs[sequence].clear();
    outputs[sequence].clear();
    many.Restart(sequence);
  };
  for (int t = 0; t < 300; ++t) {
    std::vector<int64_t> here;
    for (int64_t s = 0; s < 5; ++s) {
      if (random.Int(0, 2) > 0) here.push_back(s);
      if (random.Int(0, 39) == 0) check_and_forget(s);
    }
    const auto count = std::ssize(here);
    const std::vector<float> input = random.Floats(count * 6, -1, 1);
    std::vector<float> output(static_cast<size_t>(count * 9));
    many.Push(here, {input.data(), count, 6}, {output.data(), count, 9});
    for (int64_t n = 0; n < count; ++n) {
      const int64_t s = here[static_cast<size_t>(n)];
      inputs[s].emplace_back(input.begin() + n * 6, input.begin() + (n + 1) * 6);
      outputs[s].emplace_back(output.begin() + n * 9, output.begin() + (n + 1) * 9);
    }
  }
  for (int64_t s = 0; s < 5; ++s) check_and_forget(s);
}

TEST(StreamNetwork, FewerBitsStayNear) {
  RandomValues random(24);
  const TemporalArchitecture a{
      .widths = {3, 3, 3}, .channels = 128, .input_channels = 34, .output_channels = 51};
  const TemporalWeights weights = RandomWeights(random, a);
  StreamNetwork whole(weights, {}), half(weights, {.precision = WeightPrecision::kBFloat16}),
      byte(weights, {.precision = WeightPrecision::kInt8});
  double half_error = 0, byte_error = 0, size = 0;
  for (int t = 0; t < 30; ++t) {
    const std::vector<float> input = random.Floats(34, -1, 1);
    const std::vector<float> expected = PushOne(whole, 0, input, 51);
    half_error += LargestDifference(PushOne(half, 0, input, 51), expected) / 30;
    byte_error += LargestDifference(PushOne(byte, 0, input, 51), expected) / 30;
    size += *std::max_element(expected.begin(), expected.end()) / 30;
  }
  // Rounding errors of 2^-9 (1 / 254) a weight are independent of each other.
  EXPECT_LT(half_error, 0.01 * size);
  EXPECT_GT(half_error, 0);
  EXPECT_LT(byte_error, 0.03 * size);
  EXPECT_GT(byte_error, half_error);
}

}  // namespace videopose::internal::stream_network_test

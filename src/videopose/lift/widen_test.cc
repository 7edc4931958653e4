// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/widen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "videopose/base/error.h"
#include "videopose/lift/test_weights.h"

namespace videopose::internal::widen_test {

TemporalArchitecture Architecture(bool causal) {
  TemporalArchitecture architecture = SmallArchitecture();
  architecture.causal = causal;
  return architecture;
}

TEST(Widen, ComputesTheSame) {
  for (const bool causal : {false, true}) {
    RandomValues random(3);
    const TemporalArchitecture architecture = Architecture(causal);
    const TemporalWeights weights = RandomWeights(random, architecture);
    const int64_t frames = architecture.receptive_field() + 6;
    const Tensor input({frames, 4}, random.Floats(frames * 4, -1, 1));
    const std::vector<float> expected = TemporalModel(weights).Forward(input).values;
    for (const int channels : {8, 11, 29}) {
      const TemporalWeights wide = Widen(weights, channels, 1);
      EXPECT_EQ(wide.architecture.channels, channels);
      // Sums of up to 87 products of single precision, in another order.
      EXPECT_THAT(TemporalModel(wide).Forward(input).values,
                  testing::Pointwise(testing::FloatNear(1e-4F), expected));
    }
  }
}

// Otherwise a channel and its copy would stay alike in training.
TEST(Widen, CopiesAreReadUnequally) {
  RandomValues random(4);
  const TemporalWeights weights = RandomWeights(random, Architecture(false));
  const Tensor shrink = Widen(weights, 16, 1).shrink_weight;
  for (int64_t copy = 8; copy < 16; ++copy) {
    for (int64_t c = 0; c < 8; ++c) EXPECT_NE(shrink.values[copy], shrink.values[c]);
  }
  EXPECT_EQ(Widen(weights, 16, 1).shrink_weight.values, shrink.values);
  EXPECT_NE(Widen(weights, 16, 2).shrink_weight.values, shrink.values);
}

TEST(Widen, RefusesFewerChannels) {
  RandomValues random(5);
  EXPECT_THROW(Widen(RandomWeights(random, Architecture(false)), 7, 1), Error);
}

}  // namespace videopose::internal::widen_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/causal_fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "videopose/base/error.h"
#include "videopose/lift/test_weights.h"

namespace videopose::internal::causal_fold_test {

TemporalArchitecture Architecture(bool dense) {
  TemporalArchitecture architecture = SmallArchitecture();
  architecture.dense = dense;
  return architecture;
}

// Rows alike, then rows that differ: as many as one output frame needs.
Tensor Input(const TemporalArchitecture& architecture, int64_t alike, RandomValues& random) {
  const int64_t cols = architecture.input_channels;
  const std::vector<float> still = random.Floats(cols, -1, 1);
  Tensor input({architecture.receptive_field(), cols},
               random.Floats(architecture.receptive_field() * cols, -1, 1));
  for (int64_t t = 0; t < alike; ++t) {
    std::copy(still.begin(), still.end(), input.data() + t * cols);
  }
  return input;
}

TEST(CausalFold, AgreesForAPersonWhoStandsStill) {
  for (const bool dense : {false, true}) {
    RandomValues random(3);
    const TemporalArchitecture architecture = Architecture(dense);
    const TemporalWeights weights = RandomWeights(random, architecture);
    const TemporalWeights folded = CausalFold(weights);
    EXPECT_TRUE(folded.architecture.causal);
    const Tensor input = Input(architecture, architecture.receptive_field(), random);
    // Sums of up to 45 products of single precision, in another order.
    EXPECT_THAT(TemporalModel(folded).Forward(input).values,
                testing::Pointwise(testing::FloatNear(1e-4F),
                                   TemporalModel(weights).Forward(input).values));
  }
}

// What the symmetric network sees of the past (22 of its 45 frames) is what the new one begins
// with.
TEST(CausalFold, LooksAsFarBackAsBefore) {
  RandomValues random(4);
  const TemporalArchitecture architecture = Architecture(false);
  const TemporalModel folded(CausalFold(RandomWeights(random, architecture)));
  const int64_t cols = architecture.input_channels, last = architecture.receptive_field() - 1;
  const Tensor input = Input(architecture, 0, random);
  const std::vector<float> pose = folded.Forward(input).values;
  const auto is_seen = [&](int64_t t) {
    Tensor changed = input;
    changed.values[static_cast<size_t>(t * cols)] += 0.5F;
    return folded.Forward(changed).values != pose;
  };
  EXPECT_TRUE(is_seen(last));
  EXPECT_TRUE(is_seen(last - architecture.pad()));
  for (int64_t t = 0; t < last - architecture.pad(); ++t) EXPECT_FALSE(is_seen(t)) << t;
}

TEST(CausalFold, RefusesWhatHasNone) {
  RandomValues random(5);
  TemporalArchitecture architecture = Architecture(false);
  architecture.causal = true;
  const TemporalWeights weights = RandomWeights(random, architecture);
  EXPECT_THROW(CausalFold(weights), Error);
}

}  // namespace videopose::internal::causal_fold_test

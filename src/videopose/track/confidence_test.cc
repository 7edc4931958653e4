// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/confidence.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace videopose::internal::confidence_test {

int64_t CountConfirmed(const std::vector<float>& presence) {
  const std::vector<bool> confirmed = ConfirmedFrames(presence, 10);
  return std::count(confirmed.begin(), confirmed.end(), true);
}

TEST(ConfidenceTest, ASteadyPersonIsConfirmedThroughAFewWeakFrames) {
  std::vector<float> presence(50, 0.999F);
  presence[0] = presence[20] = presence[21] = 0.6F;
  EXPECT_EQ(CountConfirmed(presence), 50);
}

TEST(ConfidenceTest, AFalsePositiveIsNot) {
  std::vector<float> presence;
  for (int t = 0; t < 60; ++t)
    presence.push_back(t % 5 == 0 ? 0.0F : 0.75F + 0.04F * static_cast<float>(t % 6));
  EXPECT_EQ(CountConfirmed(presence), 0);
}

TEST(ConfidenceTest, APersonAfterAFalsePositiveIsConfirmedWithinHalfASecond) {
  std::vector<float> presence(30, 0.8F);
  presence.resize(60, 1.0F);
  EXPECT_NEAR(static_cast<double>(CountConfirmed(presence)), 27, 3);
}

TEST(ConfidenceTest, ASingleLowConfidenceDetectionIsNot) {
  std::vector<float> presence(50, 1.0F);
  std::fill(presence.begin() + 30, presence.begin() + 40, 0.0F);
  presence[36] = 0.6F;
  EXPECT_EQ(CountConfirmed(presence), 40);
  presence[36] = 0.99F;
  EXPECT_EQ(CountConfirmed(presence), 41);
}

TEST(ConfidenceTest, NoDetectionsAndASingleFrame) {
  EXPECT_EQ(CountConfirmed({}), 0);
  EXPECT_EQ(CountConfirmed({0, 0, 0}), 0);
  EXPECT_EQ(CountConfirmed({0.99F}), 1);
}

}  // namespace videopose::internal::confidence_test

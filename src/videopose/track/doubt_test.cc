#include "videopose/track/doubt.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace videopose {
namespace {

int64_t CountBelieved(const std::vector<float>& presence) {
  const std::vector<bool> believed = BelievedFrames(presence, 10);
  return std::count(believed.begin(), believed.end(), true);
}

TEST(DoubtTest, ASteadyPersonIsBelievedThroughAFewWeakFrames) {
  std::vector<float> presence(50, 0.999F);
  presence[0] = presence[20] = presence[21] = 0.6F;
  EXPECT_EQ(CountBelieved(presence), 50);
}

TEST(DoubtTest, FurnitureIsNot) {
  std::vector<float> presence;
  for (int t = 0; t < 60; ++t)
    presence.push_back(t % 5 == 0 ? 0.0F : 0.75F + 0.04F * static_cast<float>(t % 6));
  EXPECT_EQ(CountBelieved(presence), 0);
}

TEST(DoubtTest, APersonAfterFurnitureIsBelievedWithinHalfASecond) {
  std::vector<float> presence(30, 0.8F);
  presence.resize(60, 1.0F);
  EXPECT_NEAR(static_cast<double>(CountBelieved(presence)), 27, 3);
}

TEST(DoubtTest, AGlimpseOfSomebodyWhoHasLeftIsNot) {
  std::vector<float> presence(50, 1.0F);
  std::fill(presence.begin() + 30, presence.begin() + 40, 0.0F);
  presence[36] = 0.6F;
  EXPECT_EQ(CountBelieved(presence), 40);
  presence[36] = 0.99F;
  EXPECT_EQ(CountBelieved(presence), 41);
}

TEST(DoubtTest, NobodyAndASinglePicture) {
  EXPECT_EQ(CountBelieved({}), 0);
  EXPECT_EQ(CountBelieved({0, 0, 0}), 0);
  EXPECT_EQ(CountBelieved({0.99F}), 1);
}

}  // namespace
}  // namespace videopose

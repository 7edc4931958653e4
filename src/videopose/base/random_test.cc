// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "videopose/base/error.h"

namespace videopose::internal::random_test {

// The order matters in it.
uint64_t Checksum(const std::vector<int64_t>& values) {
  uint64_t sum = 0;
  for (const int64_t v : values) sum = sum * 31 + static_cast<uint64_t>(v);
  return sum;
}

// What NumPy 1.24 gives for RandomState(1234): permutation(10), (1000), (4097), as in golden's
// random.npz, then the state, then randint(0, 2**32, 3).
TEST(RandomState, PermutesAsNumpy) {
  RandomState random(1234);
  EXPECT_EQ(random.Permutation(10), (std::vector<int64_t>{7, 2, 9, 1, 0, 8, 4, 5, 6, 3}));
  EXPECT_EQ(Checksum(random.Permutation(1000)), 9279384161135550172U);
  EXPECT_EQ(Checksum(random.Permutation(4097)), 4491310541406706112U);
  EXPECT_EQ(random.state().pos, 228);
  EXPECT_EQ(random.state().key.front(), 140866239U);
  EXPECT_EQ(random.state().key.back(), 1083926517U);
  EXPECT_EQ(random.NextUint32(), 3296314004U);
  EXPECT_EQ(random.NextUint32(), 1661216206U);
  EXPECT_EQ(random.NextUint32(), 4172940749U);
}

TEST(RandomState, OtherSeedsAndDoublesAsNumpy) {
  RandomState semi(4321);
  EXPECT_EQ(semi.Permutation(12), (std::vector<int64_t>{4, 6, 0, 9, 10, 5, 7, 3, 1, 11, 8, 2}));
  EXPECT_EQ(semi.state().pos, 16);
  RandomState random(1234);  // random_sample(3)
  EXPECT_EQ(random.NextDouble(), 0.1915194503788923);
  EXPECT_EQ(random.NextDouble(), 0.6221087710398319);
  EXPECT_EQ(random.NextDouble(), 0.4377277390071145);
}

TEST(RandomState, GoesOnFromASavedState) {
  RandomState random(7);
  for (int i = 0; i < 700; ++i) random.NextUint32();
  RandomState again(random.state());
  EXPECT_EQ(again.Permutation(5000), random.Permutation(5000));
  EXPECT_EQ(again.state(), random.state());
}

TEST(RandomState, RefusesAnImpossibleState) {
  RandomState::State state = RandomState(1).state();
  state.pos = 625;
  EXPECT_THROW(RandomState{state}, Error);
  state.pos = -1;
  EXPECT_THROW(RandomState{state}, Error);
}

TEST(RandomState, IntervalReachesBothEndsAndNothingElse) {
  RandomState random(3);
  for (const uint32_t max : {0U, 1U, 2U, 5U, 8U}) {
    std::set<uint32_t> seen;
    for (int i = 0; i < 500; ++i) seen.insert(random.NextInterval(max));
    EXPECT_EQ(seen.size(), max + 1);
    EXPECT_EQ(*seen.rbegin(), max);
  }
}

TEST(RandomState, PermutationOfNothing) {
  RandomState random(3);
  EXPECT_TRUE(random.Permutation(0).empty());
  EXPECT_EQ(random.Permutation(1), std::vector<int64_t>{0});
  EXPECT_EQ(random.state(), RandomState(3).state());
}

}  // namespace videopose::internal::random_test

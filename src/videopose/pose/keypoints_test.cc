// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "videopose/pose.h"

namespace videopose::internal::keypoints_test {

using ::testing::ElementsAre;

constexpr int kJoints = 2;

// Frames with score 1 where `seen` says x, both joints at (frame, 10 * frame).
PersonKeypoints PersonSeen(const std::string& seen) {
  PersonKeypoints person{.keypoints = {std::ssize(seen), kJoints}};
  for (size_t t = 0; t < seen.size(); ++t) {
    if (seen[t] != 'x') continue;
    const auto time = static_cast<float>(t);
    std::ranges::fill(person.frame(static_cast<int64_t>(t)), Keypoint{time, 10 * time, 1});
  }
  return person;
}

TEST(KeypointsTest, SeenRangesAreTheRuns) {
  EXPECT_THAT(SeenRanges(PersonSeen(".xx..x")), ElementsAre(FrameRange{1, 3}, FrameRange{5, 6}));
  EXPECT_TRUE(SeenRanges(PersonSeen("...")).empty());
  EXPECT_TRUE(SeenRanges(PersonSeen("")).empty());
}

TEST(KeypointsTest, APointWithoutAPlaceIsNotSeen) {
  EXPECT_TRUE(IsSeen(Keypoint{1, 2, 0.1F}));
  EXPECT_FALSE(IsSeen(Keypoint{1, 2, 0}));
  EXPECT_FALSE(IsSeen(Keypoint{std::nanf(""), 2, 1}));
}

}  // namespace videopose::internal::keypoints_test

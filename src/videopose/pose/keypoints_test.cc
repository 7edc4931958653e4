#include "videopose/pose/keypoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace videopose {
namespace {

using ::testing::ElementsAre;

constexpr int kJoints = 2;

// Frames with score 1 where `seen` says x, both joints at (frame, 10 * frame).
PersonKeypoints PersonSeen(const std::string& seen) {
  PersonKeypoints person{.keypoints = {std::ssize(seen), kJoints}};
  for (size_t t = 0; t < seen.size(); ++t) {
    const float time = static_cast<float>(t);
    if (seen[t] != 'x') continue;
    std::ranges::fill(person.frame(static_cast<int64_t>(t)), Keypoint{time, 10 * time, 1});
  }
  return person;
}

TEST(KeypointsTest, SeenRangesAreTheRuns) {
  EXPECT_THAT(SeenRanges(PersonSeen(".xx..x")), ElementsAre(FrameRange{1, 3}, FrameRange{5, 6}));
  EXPECT_TRUE(SeenRanges(PersonSeen("...")).empty());
  EXPECT_TRUE(SeenRanges(PersonSeen("")).empty());
}

TEST(KeypointsTest, ShortGapsAreInterpolatedLongOnesStay) {
  PersonKeypoints person = PersonSeen(".x..x...x.");
  FillShortGaps(person, 2);
  EXPECT_THAT(SeenRanges(person), ElementsAre(FrameRange{1, 5}, FrameRange{8, 9}));
  EXPECT_FLOAT_EQ(person.frame(2)[1].x_px, 2);
  EXPECT_FLOAT_EQ(person.frame(3)[0].y_px, 30);
  EXPECT_FLOAT_EQ(person.frame(3)[0].score, 0.5);
}

TEST(KeypointsTest, AJointSeenOnOneSideOfTheGapHasOnePlaceToBe) {
  PersonKeypoints person = PersonSeen("x.x");
  person.frame(2)[0] = {};
  FillShortGaps(person, 1);
  EXPECT_FLOAT_EQ(person.frame(1)[0].x_px, 0);
  EXPECT_FLOAT_EQ(person.frame(1)[0].score, 0.5);
}

TEST(KeypointsTest, LandmarksFollow) {
  PersonKeypoints person = PersonSeen("x.x");
  person.landmarks = {3, 33};
  person.landmarks.at(0, 32) = {0, 0, 0, 1};
  person.landmarks.at(2, 32) = {4, 6, 8, 1};
  FillShortGaps(person, 1);
  EXPECT_EQ(person.landmarks.at(1, 32), (Landmark{2, 3, 4, 0.5}));
}

}  // namespace
}  // namespace videopose

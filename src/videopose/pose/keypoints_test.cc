#include "videopose/pose/keypoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace videopose {
namespace {

using ::testing::ElementsAre;

constexpr int kJoints = 2;

// Frames with score 1 where `seen` says x, both joints at (frame, 10 * frame).
PersonKeypoints PersonSeen(const std::string& seen) {
  PersonKeypoints person;
  for (size_t t = 0; t < seen.size(); ++t) {
    for (int j = 0; j < kJoints; ++j) {
      const float time = static_cast<float>(t);
      person.keypoints.push_back(seen[t] == 'x' ? Keypoint{time, 10 * time, 1} : Keypoint{});
    }
  }
  return person;
}

TEST(KeypointsTest, SeenRangesAreTheRuns) {
  EXPECT_THAT(SeenRanges(PersonSeen(".xx..x"), kJoints),
              ElementsAre(FrameRange{1, 3}, FrameRange{5, 6}));
  EXPECT_TRUE(SeenRanges(PersonSeen("..."), kJoints).empty());
  EXPECT_TRUE(SeenRanges(PersonSeen(""), kJoints).empty());
}

TEST(KeypointsTest, ShortGapsAreInterpolatedLongOnesStay) {
  PersonKeypoints person = PersonSeen(".x..x...x.");
  FillShortGaps(person, kJoints, 2);
  EXPECT_THAT(SeenRanges(person), ElementsAre(FrameRange{1, 5}, FrameRange{8, 9}));
  EXPECT_FLOAT_EQ(person.frame(2)[1].x_px, 2);
  EXPECT_FLOAT_EQ(person.frame(3)[0].y_px, 30);
  EXPECT_FLOAT_EQ(person.frame(3)[0].score, 0.5);
}

TEST(KeypointsTest, AJointSeenOnOneSideOfTheGapHasOnePlaceToBe) {
  PersonKeypoints person = PersonSeen("x.x");
  person.frame(2)[0] = {};
  FillShortGaps(person, kJoints, 1);
  EXPECT_FLOAT_EQ(person.frame(1)[0].x_px, 0);
  EXPECT_FLOAT_EQ(person.frame(1)[0].score, 0.5);
}

TEST(KeypointsTest, LandmarksFollow) {
  PersonKeypoints person = PersonSeen("x.x");
  person.landmarks.resize(3 * 33);
  person.landmarks[32] = {0, 0, 0, 1};
  person.landmarks[2 * 33 + 32] = {4, 6, 8, 1};
  FillShortGaps(person, kJoints, 1);
  EXPECT_EQ(person.landmarks[33 + 32], (Landmark{2, 3, 4, 0.5}));
}

}  // namespace
}  // namespace videopose

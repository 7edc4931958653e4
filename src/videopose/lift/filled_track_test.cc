// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/filled_track.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace videopose::internal::filled_track_test {

// Three joints: the first two are each other's mirror image.
const KeypointLayout kLayout = {"test", {"left_hand", "right_hand", "nose"}, {}};
constexpr Keypoint kUnseen = {0, 0, 0};

JointTrack<Keypoint> Fill(std::vector<Keypoint> keypoints) {
  return FilledTrack({std::move(keypoints), 3}, kLayout);
}

TEST(FilledTrack, KeepsWhatWasSeen) {
  const std::vector<Keypoint> seen = {{1, 2, 1}, {3, 4, 0.5F}, {5, 6, 0.1F}};
  const JointTrack<Keypoint> track = Fill(seen);
  EXPECT_EQ(std::vector(track.begin(), track.end()), seen);
}

TEST(FilledTrack, InterpolatesAndHoldsTheEnds) {
  std::vector<Keypoint> keypoints(8 * 3, {50, 50, 1});
  const auto left = [&](size_t t) -> Keypoint& { return keypoints[t * 3]; };
  for (const size_t t : {0, 2, 3, 5, 6, 7}) left(t) = kUnseen;
  left(1) = {10, 20, 1};
  left(4) = {40, 50, 0.5F};
  // The hand is followed from the middle of the body, which moves with it by a third.
  const JointTrack<Keypoint> track = Fill(keypoints);
  const std::vector<Keypoint> expected = {{10, 20, 1},    {10, 20, 1},    {20, 30, 0.5F},
                                          {30, 40, 0.5F}, {40, 50, 0.5F}, {40, 50, 0.5F},
                                          {40, 50, 0.5F}, {40, 50, 0.5F}};
  for (int64_t t = 0; t < 8; ++t) {
    EXPECT_NEAR(track.at(t, 0).x_px, expected[static_cast<size_t>(t)].x_px, 1e-4) << t;
    EXPECT_NEAR(track.at(t, 0).y_px, expected[static_cast<size_t>(t)].y_px, 1e-4) << t;
    EXPECT_EQ(track.at(t, 0).score, expected[static_cast<size_t>(t)].score) << t;
  }
}

TEST(FilledTrack, AHiddenLimbMovesWithTheJointThatItHangsOn) {
  // A wrist 30 pixels below the elbow and then beside it, while the person jumps.
  JointTrack<Keypoint> seen(5, 17);
  for (int64_t t = 0; t < 5; ++t) {
    const auto up = static_cast<float>(t == 2 ? 100 : 0);
    std::ranges::fill(seen.frame(t), Keypoint{200, 300 - up, 1});
    seen.at(t, 9) = {};
  }
  seen.at(0, 9) = {200, 330, 1};
  seen.at(4, 9) = {230, 300, 1};
  const JointTrack<Keypoint> track = FilledTrack(seen, Coco17());
  EXPECT_NEAR(track.at(2, 9).x_px, 215, 1e-3);
  EXPECT_NEAR(track.at(2, 9).y_px, 215, 1e-3);
}

TEST(FilledTrack, APointThatIsNeverSeenFollowsItsMirrorImageOrTheMiddle) {
  EXPECT_EQ(Fill({{1, 2, 1}, kUnseen, {5, 6, 1}}).at(0, 1), (Keypoint{1, 2, 0}));
  EXPECT_EQ(Fill({{1, 2, 1}, {3, 4, 1}, kUnseen}).at(0, 2), (Keypoint{2, 3, 0}));
}

TEST(FilledTrack, APointThatTheLayoutLacksIsWhereItIsGuessed) {
  constexpr Keypoint kGuessed = {777, 555, 0};
  EXPECT_EQ(Fill({{1, 2, 1}, {3, 4, 0.5F}, kGuessed}).at(0, 2), (Keypoint{777, 555, 0.75F}));
  // A place that was seen goes before.
  const JointTrack<Keypoint> seen_later =
      Fill({{1, 2, 1}, {3, 4, 1}, kGuessed, {1, 2, 1}, {3, 4, 1}, {8, 9, 1}});
  EXPECT_EQ(seen_later.at(0, 2), (Keypoint{8, 9, 1}));
}

TEST(FilledTrack, NotFiniteIsNotSeen) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(Fill({{nan, 2, 1}, {3, 4, 1}, {3, 4, 1}}).at(0, 0), (Keypoint{3, 4, 0}));
  for (const Keypoint& point : Fill({{nan, nan, 1}, {nan, nan, 1}, kUnseen})) {
    EXPECT_EQ(point, (Keypoint{0, 0, 0}));
  }
}

// A person seen from the front whose layout has no eyes and ears, or no face at all.
TEST(FilledTrack, FacesArePlacedFromWhatThereIs) {
  std::vector<Keypoint> body(17, {200, 300, 1});
  body[0] = {200, 100, 0.9F};  // nose
  body[5] = {240, 160, 0.8F};  // shoulders
  body[6] = {160, 160, 0.8F};
  body[11] = {220, 300, 1};  // hips
  body[12] = {180, 300, 1};
  for (size_t j = 1; j < 5; ++j) body[j] = kUnseen;
  const auto fill = [](const std::vector<Keypoint>& points) {
    return FilledTrack({points, 17}, Coco17());
  };
  const JointTrack<Keypoint> with_nose = fill(body);
  for (const int eye : {1, 2}) {
    EXPECT_FLOAT_EQ(with_nose.at(0, eye).score, 0.8F);
    EXPECT_LT(with_nose.at(0, eye).y_px, 100) << "over the nose";
    EXPECT_GT(with_nose.at(0, eye).y_px, 70);
  }
  EXPECT_GT(with_nose.at(0, 1).x_px, 200) << "left, as the left shoulder";
  EXPECT_GT(with_nose.at(0, 3).x_px, with_nose.at(0, 1).x_px) << "the ear farther out";
  EXPECT_NEAR(with_nose.at(0, 3).x_px - 200, 200 - with_nose.at(0, 4).x_px, 1e-3);
  body[0] = kUnseen;
  for (int k = 0; k < 5; ++k) EXPECT_EQ(fill(body).at(0, k).score, 0) << "no face at all";
  body[0] = {200, 100, 0};
  const JointTrack<Keypoint> guessed = fill(body);
  EXPECT_EQ(guessed.at(0, 0), body[0]);
  for (int k = 1; k < 5; ++k) {
    const Keypoint& placed = with_nose.at(0, k);
    EXPECT_EQ(guessed.at(0, k), (Keypoint{placed.x_px, placed.y_px, 0}));
  }
  body[1] = {210, 80, 0.8F};
  body[2] = {190, 80, 0.8F};
  EXPECT_EQ(fill(body).at(0, 0), (Keypoint{200, 80, 0.8F})) << "eyes that are seen go before";
  body[0] = kUnseen;
  EXPECT_GT(fill(body).at(0, 0).score, 0);
  EXPECT_NEAR(fill(body).at(0, 0).x_px, 200, 1) << "from the eyes";
  body[5] = body[6] = kUnseen;
  EXPECT_EQ(fill(body).at(0, 3).score, 0) << "nothing to place it from";
}

}  // namespace videopose::internal::filled_track_test

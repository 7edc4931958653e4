#include "videopose/pose/track_filler.h"

#include <gtest/gtest.h>

#include <limits>

namespace videopose {
namespace {

// Three joints: the first two are each other's mirror image.
const KeypointLayout kLayout = {"test", {"left_hand", "right_hand", "nose"}, {}};
constexpr Keypoint kUnseen = {0, 0, 0};

std::vector<Vec2f> Fill(const std::vector<Keypoint>& keypoints, const FrameRange& run) {
  return FilledTrack({.keypoints = {keypoints, kLayout.joint_count()}}, run, kLayout);
}

TEST(FilledTrack, KeepsWhatWasSeen) {
  const std::vector<Vec2f> track = Fill({{1, 2, 1}, {3, 4, 0.5F}, {5, 6, 0.1F}}, {0, 1});
  EXPECT_EQ(track, (std::vector<Vec2f>{{1, 2}, {3, 4}, {5, 6}}));
}

TEST(FilledTrack, InterpolatesWithinTheRunAndHoldsItsEnds) {
  std::vector<Keypoint> keypoints(7 * 3, {50, 50, 1});
  const auto left = [&](size_t t) -> Keypoint& { return keypoints[t * 3]; };
  // Frame 0 lies outside the run; the hand is seen in frames 2 and 5 only.
  left(0) = {-100, -100, 1};
  left(1) = left(3) = left(4) = left(6) = kUnseen;
  left(2) = {10, 20, 1};
  left(5) = {40, 50, 1};
  const std::vector<Vec2f> track = Fill(keypoints, {1, 7});
  ASSERT_EQ(track.size(), 18U);
  EXPECT_EQ(track[0], (Vec2f{10, 20}));
  EXPECT_EQ(track[3], (Vec2f{10, 20}));
  EXPECT_EQ(track[6], (Vec2f{20, 30}));
  EXPECT_EQ(track[9], (Vec2f{30, 40}));
  EXPECT_EQ(track[12], (Vec2f{40, 50}));
  EXPECT_EQ(track[15], (Vec2f{40, 50}));
}

TEST(FilledTrack, WhatWasNeverSeenFollowsItsMirrorImageOrTheMiddle) {
  const std::vector<Vec2f> hand = Fill({{1, 2, 1}, kUnseen, {5, 6, 1}}, {0, 1});
  EXPECT_EQ(hand[1], (Vec2f{1, 2}));
  const std::vector<Vec2f> nose = Fill({{1, 2, 1}, {3, 4, 1}, kUnseen}, {0, 1});
  EXPECT_EQ(nose[2], (Vec2f{2, 3}));
}

TEST(FilledTrack, WhatNobodyLooksForIsWhereItIsGuessed) {
  constexpr Keypoint kGuessed = {777, 555, 0};
  const std::vector<Vec2f> nose = Fill({{1, 2, 1}, {3, 4, 1}, kGuessed}, {0, 1});
  EXPECT_EQ(nose[2], (Vec2f{777, 555}));
  // A place that was seen goes before.
  EXPECT_EQ(Fill({{1, 2, 1}, kGuessed, {5, 6, 1}}, {0, 1})[1], (Vec2f{1, 2}));
  const std::vector<Vec2f> seen_later =
      Fill({{1, 2, 1}, {3, 4, 1}, kGuessed, {1, 2, 1}, {3, 4, 1}, {8, 9, 1}}, {0, 2});
  EXPECT_EQ(seen_later[2], (Vec2f{8, 9}));
}

TEST(FilledTrack, NotFiniteIsNotSeen) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(Fill({{nan, 2, 1}, {3, 4, 1}, {3, 4, 1}}, {0, 1})[0], (Vec2f{3, 4}));
  EXPECT_EQ(Fill({{nan, nan, 1}, {nan, nan, 1}, kUnseen}, {0, 1}),
            (std::vector<Vec2f>{{0, 0}, {0, 0}, {0, 0}}));
}

}  // namespace
}  // namespace videopose

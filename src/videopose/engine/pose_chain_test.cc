// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/pose_chain.h"

#include <gtest/gtest.h>

namespace videopose {
namespace {

DetectedPerson Detected(float x_px) {
  DetectedPerson person{.track_id = 1};
  for (int j = 0; j < 17; ++j) {
    person.keypoints.push_back({x_px, 10 * static_cast<float>(j), 0.9F});
  }
  return person;
}

TEST(PoseChain, WithoutStagesEverythingPasses) {
  PoseChain chain({});
  std::vector<PeopleInFrame> out;
  chain.Push({.index = 3, .people = {{.id = 7}}}, out);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].people[0].id, 7);
  chain.Flush(out);
  EXPECT_EQ(out.size(), 1U);
}

TEST(PoseChain, OfAWholeClipEverythingComesAtTheEndThroughAllStages) {
  const ClipInfo clip{.fps = 10, .width_px = 640, .height_px = 480};
  PoseStages stages;
  stages.select.emplace(PeopleSelectorOptions{.clip = clip});
  stages.fill.emplace(GapFillerOptions{.clip = clip});
  PoseChain chain(std::move(stages));
  std::vector<PeopleInFrame> out;
  for (int64_t t = 0; t < 20; ++t) {
    const std::vector<DetectedPerson> people = {Detected(static_cast<float>(t))};
    chain.Push(t, 0.1 * static_cast<double>(t),
               t == 9 ? std::span<const DetectedPerson>() : std::span(people), out);
  }
  EXPECT_TRUE(out.empty());
  chain.Flush(out);
  ASSERT_EQ(out.size(), 20U);
  for (const PeopleInFrame& frame : out) {
    ASSERT_EQ(frame.people.size(), 1U) << frame.index;
    EXPECT_NEAR(frame.people[0].keypoints[0].x_px, static_cast<float>(frame.index), 1e-4);
  }
}

TEST(PoseChain, FrameByFrameNothingWaits) {
  const ClipInfo clip{.fps = 10, .width_px = 640, .height_px = 480};
  PoseStages stages;
  stages.select.emplace(PeopleSelectorOptions{.clip = clip, .lookahead = 0});
  stages.fill.emplace(GapFillerOptions{.clip = clip, .lookahead = 0});
  PoseChain chain(std::move(stages));
  std::vector<PeopleInFrame> out;
  for (int64_t t = 0; t < 5; ++t) {
    const std::vector<DetectedPerson> people = {Detected(static_cast<float>(t))};
    chain.Push(t, 0.1 * static_cast<double>(t), people, out);
    EXPECT_EQ(std::ssize(out), t + 1);
  }
}

}  // namespace
}  // namespace videopose

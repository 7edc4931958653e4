// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/pose_chain.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::pose_chain_test {

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
    std::vector<DetectedPerson> people = {Detected(static_cast<float>(t))};
    if (t == 9) people.clear();
    chain.Push(t, 0.1 * static_cast<double>(t), people, out);
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

// A walker whose sides are swapped for a while, as a detector gives it: raw. Of a whole clip and
// frame by frame the sides are mended before anything is smoothed: what comes out is what comes out
// of the walker whose sides were never swapped.
TEST(PoseChain, SwappedSidesAreMendedBeforeTheyAreSmoothed) {
  const Camera camera = LookAt({0.8, -4.5, 1.5}, {0, 0, 0.95}, 864, 480, 0.62);
  const SyntheticClip walk = MakeSyntheticClip(
      SyntheticMotion(Choreography(SyntheticKind::kWalkInCircle)), camera, {.fps = 30});
  const ClipInfo clip{.fps = walk.fps, .width_px = 864, .height_px = 480};
  const auto course = [&](bool is_swapped, std::optional<int64_t> lookahead) {
    PoseStages stages;
    stages.sides.emplace(SideCorrectorOptions{.lookahead = lookahead});
    stages.select.emplace(PeopleSelectorOptions{.clip = clip, .lookahead = lookahead});
    PoseChain chain(std::move(stages));
    std::vector<PeopleInFrame> out;
    for (int64_t t = 0; t < walk.frame_count; ++t) {
      const auto points = walk.keypoints.people[0].frame(t);
      DetectedPerson person{
          .track_id = 1, .keypoints = {points.begin(), points.end()}, .smoothing_scale = 0.003F};
      for (size_t j = 1; j < 17 && is_swapped && t >= 40 && t < 75; j += 2) {
        std::swap(person.keypoints[j], person.keypoints[j + 1]);
      }
      chain.Push(t, static_cast<double>(t) / walk.fps, {person}, out);
    }
    chain.Flush(out);
    return out;
  };
  for (const std::optional<int64_t> lookahead : {std::optional<int64_t>(), {0}}) {
    const auto right = course(false, lookahead), mended = course(true, lookahead);
    ASSERT_EQ(right.size(), mended.size());
    for (size_t t = 0; t < right.size(); ++t) {
      ASSERT_EQ(right[t].people.size(), 1U);
      EXPECT_EQ(right[t].people[0].keypoints, mended[t].people.at(0).keypoints) << t;
      if (t > 0 && t < 40) {
        const auto raw = walk.keypoints.people[0].frame(static_cast<int64_t>(t));
        EXPECT_NE(right[t].people[0].keypoints[9].x_px, raw[9].x_px) << "smoothed";
      }
    }
  }
}

// Keypoints of a file whose people are known.
TEST(PoseChain, SidesOfImportedKeypointsAreMended) {
  PoseStages stages;
  stages.sides.emplace(SideCorrectorOptions{});
  PoseChain chain(std::move(stages));
  std::vector<PeopleInFrame> out;
  for (int64_t t = 0; t < 60; ++t) {
    Person person{.id = 7};
    for (int j = 0; j < 17; ++j) {
      const float side = t >= 20 && t < 40 ? -1 : 1;
      person.keypoints.push_back(
          {300 + 30 * side * static_cast<float>(j % 2) + static_cast<float>(t),
           20 * static_cast<float>((j + 1) / 2), 0.9F});
    }
    // The right points are at 300, or at 300 - 30 where sides are swapped.
    if (t >= 20 && t < 40) {
      for (Keypoint& point : person.keypoints) point.x_px += 30;
      person.keypoints[0].x_px -= 30;
    }
    chain.Push({.index = t, .time_s = static_cast<double>(t) / 25, .people = {person}}, out);
  }
  chain.Flush(out);
  ASSERT_EQ(out.size(), 60U);
  for (const PeopleInFrame& frame : out) {
    ASSERT_EQ(frame.people.size(), 1U);
    EXPECT_EQ(frame.people[0].id, 7);
    for (size_t j = 1; j < 17; ++j) {
      EXPECT_EQ(frame.people[0].keypoints[j].x_px,
                300 + (j % 2 == 1 ? 30.0F : 0.0F) + static_cast<float>(frame.index))
          << frame.index << ' ' << j;
    }
  }
}

}  // namespace videopose::internal::pose_chain_test

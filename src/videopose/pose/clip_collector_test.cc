// SPDX-License-Identifier: Apache-2.0

#include "videopose/pose/clip_collector.h"

#include <gtest/gtest.h>

namespace videopose::internal::clip_collector_test {

PeopleInFrame Frame(int64_t index, const std::vector<int>& ids) {
  PeopleInFrame frame{.index = index, .time_s = static_cast<double>(index) / 25};
  for (const int id : ids) {
    const auto at = static_cast<float>(id);
    frame.people.push_back(
        {.id = id,
         .keypoints = std::vector<Keypoint>(17, {at, 2 * at, 0.5F}),
         .extra_points = {{at, at, at, 1}},
         .joints_in_cam = std::vector<Vec3f>(17, {at, 0, static_cast<float>(index)})});
  }
  return frame;
}

TEST(ClipCollector, PeopleWhoComeLaterAndFramesThatWereDropped) {
  ClipCollector clip({.fps = 25, .width_px = 64, .height_px = 48});
  clip.Add(Frame(10, {}));
  clip.Add(Frame(11, {4}));
  clip.Add(Frame(14, {4, 2}));
  clip.Add(Frame(15, {2}));
  const Motion& motion = clip.motion();
  EXPECT_EQ(motion.frame_count, 6);
  EXPECT_EQ(clip.keypoints().frame_count, 6);
  EXPECT_DOUBLE_EQ(clip.keypoints().start_s, 0.4);
  ASSERT_EQ(motion.people.size(), 2U);
  EXPECT_EQ(motion.people[0].id, 4);
  EXPECT_EQ(clip.keypoints().people[1].id, 2);
  const auto poses = [&](size_t person) {
    std::vector<bool> has;
    for (int64_t t = 0; t < 6; ++t) has.push_back(motion.people[person].has_pose(t));
    return has;
  };
  EXPECT_EQ(poses(0), (std::vector<bool>{false, true, false, false, true, false}));
  EXPECT_EQ(poses(1), (std::vector<bool>{false, false, false, false, true, true}));
  EXPECT_EQ(SeenRanges(clip.keypoints().people[0]), (std::vector<FrameRange>{{1, 2}, {4, 5}}));
  const PersonKeypoints& second = clip.keypoints().people[1];
  ASSERT_EQ(second.extra_points.frame_count(), 6);
  EXPECT_EQ(second.extra_points.at(5, 0), (ExtraPoint{2, 2, 2, 1}));
  EXPECT_EQ(second.extra_points.at(1, 0), ExtraPoint());
}

TEST(ClipCollector, KnownPeopleComeFirstAlsoWhereTheyAreNeverSeen) {
  ClipCollector clip({.fps = 25}, {7, 2});
  clip.Add(Frame(0, {2, 3}));
  ASSERT_EQ(clip.motion().people.size(), 3U);
  EXPECT_EQ(clip.motion().people[0].id, 7);
  EXPECT_FALSE(clip.motion().people[0].has_pose(0));
  EXPECT_TRUE(clip.motion().people[1].has_pose(0));
  EXPECT_EQ(clip.motion().people[2].id, 3);
}

TEST(ClipCollector, RootsAndFeetFromWhenTheyAreKnown) {
  ClipCollector clip({.fps = 25});
  clip.Add(Frame(0, {1}));
  PeopleInFrame frame = Frame(1, {1});
  frame.people[0].root_in_cam = Vec3f{0, 0, 4};
  frame.people[0].feet_down = kLeftFootDown;
  clip.Add(frame);
  clip.Add(Frame(2, {1}));
  const PersonMotion& person = clip.motion().people[0];
  ASSERT_EQ(person.root_in_cam.size(), 3U);
  EXPECT_FALSE(IsFinite(person.root_in_cam[0]));
  EXPECT_EQ(person.root_in_cam[1], (Vec3f{0, 0, 4}));
  EXPECT_EQ(person.feet_down, (std::vector<uint8_t>{0, kLeftFootDown, 0}));
}

TEST(ClipCollector, GivesBackTheSequenceThatPeopleAtTookApart) {
  ClipCollector first({.fps = 25, .width_px = 64, .height_px = 48});
  for (int64_t t = 0; t < 5; ++t) {
    first.Add(Frame(t, t == 2 ? std::vector<int>{1} : std::vector<int>{1, 5}));
  }
  ClipCollector second({.fps = 25, .width_px = 64, .height_px = 48});
  for (int64_t t = 0; t < 5; ++t) second.Add(PeopleAt(first.keypoints(), t));
  ASSERT_EQ(second.keypoints().people.size(), 2U);
  for (size_t p = 0; p < 2; ++p) {
    EXPECT_EQ(second.keypoints().people[p].keypoints, first.keypoints().people[p].keypoints);
    EXPECT_EQ(second.keypoints().people[p].extra_points, first.keypoints().people[p].extra_points);
  }
}

}  // namespace videopose::internal::clip_collector_test

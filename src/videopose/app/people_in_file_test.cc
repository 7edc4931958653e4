// SPDX-License-Identifier: Apache-2.0

#include "videopose/app/people_in_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "videopose/base/error.h"

namespace videopose::internal::people_in_file_test {

using testing::ElementsAre;

// IDs 2, 5 and 9 over 10 frames: a large one late at the left, a small one all the time in the
// middle, and one who is never seen.
PoseClip ThreePeople() {
  KeypointSequence keypoints{.layout = Coco17(),
                             .fps = 25,
                             .width_px = 640,
                             .height_px = 480,
                             .frame_count = 10,
                             .people = {{.id = 2}, {.id = 5}, {.id = 9}}};
  Motion motion{
      .skeleton = Human36m17(), .fps = 25, .width_px = 640, .height_px = 480, .frame_count = 10};
  for (PersonKeypoints& person : keypoints.people) {
    person.keypoints = {10, 17};
    const bool is_large = person.id == 2;
    for (int64_t t = is_large ? 6 : 0; t < 10 && person.id != 9; ++t) {
      const float x = is_large ? 100 : 320, half = is_large ? 150 : 40;
      person.frame(t)[0] = {x, 240 - half, 0.5F};
      person.frame(t)[15] = {x, 240 + half, 1};
    }
    motion.people.push_back({.id = person.id, .joints_in_cam = {10, 17}});
  }
  return {.keypoints = keypoints, .motion = motion};
}

std::vector<int> IdsIn(const Motion& motion) {
  std::vector<int> ids;
  for (const PersonMotion& person : motion.people) ids.push_back(person.id);
  return ids;
}

TEST(SummarizeTracksTest, SaysWhenHowLargeAndHowSure) {
  const std::vector<TrackSummary> tracks = SummarizeTracks(*ThreePeople().keypoints);
  ASSERT_EQ(tracks.size(), 3U);
  EXPECT_EQ(tracks[0].id, 2);
  EXPECT_EQ(tracks[0].first_frame, 6);
  EXPECT_EQ(tracks[0].last_frame, 9);
  EXPECT_EQ(tracks[0].seen_frames, 4);
  EXPECT_DOUBLE_EQ(tracks[0].height_px, 300);
  EXPECT_DOUBLE_EQ(tracks[0].mean_presence, 0.75);
  EXPECT_EQ(tracks[1].centre_px, (Vec2f{320, 240}));
  EXPECT_EQ(tracks[2].seen_frames, 0);
  EXPECT_LT(tracks[2].last_frame, tracks[2].first_frame);
}

TEST(SelectFromFileTest, KeypointsAndPosesStayTogether) {
  const auto chosen = [](const PersonSelection& selection) {
    PoseClip clip = ThreePeople();
    SelectPeople(selection, clip);
    EXPECT_EQ(clip.keypoints->people.size(), clip.motion.people.size());
    return IdsIn(clip.motion);
  };
  EXPECT_THAT(chosen({.count = kAllPeople}), ElementsAre(2, 5, 9));
  EXPECT_THAT(chosen({.ids = {9, 2}}), ElementsAre(2, 9));
  EXPECT_THAT(chosen({.rule = PersonSelection::kLargest}), ElementsAre(2));
  EXPECT_THAT(chosen({.rule = PersonSelection::kCentre}), ElementsAre(5));
  EXPECT_THAT(chosen({.rule = PersonSelection::kFirst}), ElementsAre(5));
  EXPECT_THROW(chosen({.ids = {3}}), Error);
}

TEST(SelectFromFileTest, WithoutKeypointsIdsCanBeChosen) {
  PoseClip clip = ThreePeople();
  clip.keypoints.reset();
  EXPECT_THROW(SelectPeople({.rule = PersonSelection::kLargest}, clip), Error);
  EXPECT_THROW(SelectPeople({.ids = {7}}, clip), Error);
  SelectPeople({.ids = {5}}, clip);
  EXPECT_THAT(IdsIn(clip.motion), ElementsAre(5));
}

}  // namespace videopose::internal::people_in_file_test

// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "videopose/base/error.h"
#include "videopose/detect.h"

namespace videopose::internal::selection_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

// An image of 1000 x 500. 1: long but small, on the left; 2: large, in the right half; 3: huge and
// brief, in the middle; 4: the most prominent, seen as early as 1.
std::vector<TrackSummary> FourPeople() {
  return {
      {.id = 1,
       .first_frame = 0,
       .last_frame = 99,
       .seen_frames = 100,
       .height_px = 50,
       .mean_presence = 1,
       .centre_px = {100, 250}},
      {.id = 2,
       .first_frame = 5,
       .last_frame = 34,
       .seen_frames = 30,
       .height_px = 300,
       .mean_presence = 1,
       .centre_px = {650, 250}},
      {.id = 3,
       .first_frame = 6,
       .last_frame = 8,
       .seen_frames = 3,
       .height_px = 480,
       .mean_presence = 0.9,
       .centre_px = {500, 250}},
      {.id = 4,
       .first_frame = 0,
       .last_frame = 89,
       .seen_frames = 80,
       .height_px = 200,
       .mean_presence = 1,
       .centre_px = {800, 250}},
  };
}

std::vector<int> Selected(const PersonSelection& selection) {
  std::vector<TrackSummary> tracks = FourPeople();
  KeepChosen(ChoosePeople(selection, {.width_px = 1000, .height_px = 500}, tracks), tracks);
  std::vector<int> ids;
  for (const TrackSummary& track : tracks) ids.push_back(track.id);
  return ids;
}

TEST(SelectionTest, RulesChooseThePersonTheyName) {
  EXPECT_THAT(Selected({}), ElementsAre(4));
  EXPECT_THAT(Selected({.rule = PersonSelection::kLargest}), ElementsAre(2));
  EXPECT_THAT(Selected({.rule = PersonSelection::kCentre}), ElementsAre(2));
  EXPECT_THAT(Selected({.rule = PersonSelection::kFirst}), ElementsAre(1))
      << "1 and 4 begin together";
}

TEST(SelectionTest, KeepsTheOrderAndAtMostCount) {
  EXPECT_THAT(Selected({.count = 2}), ElementsAre(2, 4));
  EXPECT_THAT(Selected({.count = 9}), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(Selected({.count = kAllPeople}), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(Selected({.count = 3, .rule = PersonSelection::kLargest}), ElementsAre(1, 2, 4));
}

TEST(SelectionTest, IdsComeFirst) {
  EXPECT_THAT(Selected({.count = 1, .ids = {3, 1, 3}}), ElementsAre(1, 3));
  EXPECT_THAT(
      [] {
        Selected({.ids = {2, 7}});
      },
      ThrowsMessage<Error>(HasSubstr("no person has the ID 7 in this clip; the IDs are 1, "
                                     "2, 3, 4")));
}

TEST(SelectionTest, OfNoTracksNoneIsChosen) {
  EXPECT_TRUE(ChoosePeople({.rule = PersonSelection::kCentre}, {}, {}).empty());
}

}  // namespace videopose::internal::selection_test

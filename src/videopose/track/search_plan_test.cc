// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/search_plan.h"

#include <gtest/gtest.h>

#include <cmath>

namespace videopose::internal::search_plan_test {

using Need = SearchPlan::Need;

TEST(SearchPlanTest, TilesCoverTheImageAndAPersonBetweenTwoTiles) {
  for (const auto& [width, height] : {std::pair{1280, 720}, {720, 1280}, {640, 640}, {2000, 200}}) {
    const std::vector<Roi> tiles = SearchTiles(width, height);
    const auto shorter = static_cast<float>(std::min(width, height));
    // A square around a person an eighth of the image's shorter side high.
    const float body_px = shorter / 8;
    for (float y = body_px / 2; y <= static_cast<float>(height) - body_px / 2; y += 9) {
      for (float x = body_px / 2; x <= static_cast<float>(width) - body_px / 2; x += 9) {
        bool is_covered = false;
        for (const Roi& tile : tiles) {
          const float reach = (tile.side_px - body_px) / 2 + 0.01F;
          is_covered |= tile.side_px <= shorter / 2 && std::abs(tile.centre_px.x - x) <= reach &&
                        std::abs(tile.centre_px.y - y) <= reach;
        }
        ASSERT_TRUE(is_covered) << width << " x " << height << " at " << x << " " << y;
      }
    }
    for (const Roi& tile : tiles) EXPECT_LE(tile.side_px, shorter);
  }
}

TEST(SearchPlanTest, SearchesAFewTimesASecondAndTakesTurnsWithTiles) {
  const Image frame(1280, 720);
  const size_t tiles = SearchTiles(1280, 720).size();
  SearchPlan plan({.interval_s = 0.3, .sweep_s = 3});
  EXPECT_EQ(plan.Next(frame, 0, Need::kNoPeople).squares.size(), 1 + tiles);
  size_t searches = 0, searched_tiles = 0;
  for (int t = 1; t <= 100; ++t) {
    const std::vector<Roi> squares = plan.Next(frame, t / 25.0, Need::kAllSeen).squares;
    if (squares.empty()) continue;
    EXPECT_EQ(squares[0].side_px, 1280);
    ++searches;
    searched_tiles += squares.size() - 1;
  }
  EXPECT_GE(searches, 12U);
  EXPECT_LE(searches, 14U);
  EXPECT_GE(searched_tiles, tiles);
  EXPECT_LE(searched_tiles, 2 * tiles);
}

TEST(SearchPlanTest, SearchesMoreOftenWhileATrackIsLost) {
  const Image frame(640, 640);
  SearchPlan plan({.interval_s = 0.5, .anxious_interval_s = 0.1});
  EXPECT_FALSE(plan.Next(frame, 0, Need::kAllSeen).squares.empty());
  EXPECT_TRUE(plan.Next(frame, 0.12, Need::kAllSeen).squares.empty());
  EXPECT_FALSE(plan.Next(frame, 0.12, Need::kTrackLost).squares.empty());
  EXPECT_TRUE(plan.Next(frame, 0.16, Need::kTrackLost).squares.empty());
  EXPECT_FALSE(plan.Next(frame, 0.16, Need::kNoPeople).squares.empty());
}

TEST(SearchPlanTest, SmallPeopleOnlyWhileNoPersonIsFollowed) {
  const Image frame(1280, 720);
  SearchPlan plan({.interval_s = 1, .always_small = false});
  EXPECT_EQ(plan.Next(frame, 0, Need::kNoPeople).squares.size(), 1U);
  EXPECT_EQ(plan.Next(frame, 0.04, Need::kNoPeople).squares.size(), 2U);
  EXPECT_EQ(plan.Next(frame, 2, Need::kAllSeen).squares.size(), 1U);
}

// With the detector of boxes: BlazePose's searches the whole frame as often as before, and the
// other the whole frame and the tiles.
TEST(SearchPlanTest, BoxesTakeTheTiles) {
  const Image frame(1280, 720);
  const size_t tiles = SearchTiles(1280, 720).size();
  SearchPlan plan({.interval_s = 0.3, .sweep_s = 3, .boxes = true});
  const SearchPlan::Search first = plan.Next(frame, 0, Need::kNoPeople);
  EXPECT_EQ(first.squares.size(), 1U);
  ASSERT_EQ(first.parts.size(), 1 + tiles);
  EXPECT_EQ(first.parts[0].centre_px, (Vec2f{640, 360}));
  EXPECT_EQ(first.parts[0].size_px, (Vec2f{1280, 720}));
  size_t parts = 0;
  for (int t = 1; t <= 75; ++t) {
    const SearchPlan::Search search = plan.Next(frame, t / 25.0, Need::kAllSeen);
    EXPECT_LE(search.squares.size(), 1U);
    EXPECT_EQ(search.squares.empty(), search.parts.empty());
    if (!search.parts.empty()) parts += search.parts.size() - 1;
  }
  EXPECT_GE(parts, tiles);
  EXPECT_LE(parts, 2 * tiles);
}

// They cost more, so they wait while BlazePose's detector looks for a person in every frame.
TEST(SearchPlanTest, BoxesAreNotSearchedInEveryFrame) {
  const Image frame(640, 640);
  SearchPlan plan({.boxes = true, .boxes_interval_s = 0.2});
  int searches = 0, of_boxes = 0;
  for (int t = 0; t < 50; ++t) {
    const SearchPlan::Search search = plan.Next(frame, t / 25.0, Need::kNoPeople);
    searches += search.squares.empty() ? 0 : 1;
    of_boxes += search.parts.empty() ? 0 : 1;
  }
  EXPECT_EQ(searches, 50);
  EXPECT_GE(of_boxes, 8);  // a wait that ends between two frames lasts one longer
  EXPECT_LE(of_boxes, 10);
}

// For one person: when the person is searched, and now and then.
TEST(SearchPlanTest, BoxesForOnePersonOnlyWhereASearchIsDue) {
  const Image frame(1280, 720);
  SearchPlan plan({.interval_s = 2, .always_small = false, .boxes = true});
  EXPECT_EQ(plan.Next(frame, 0, Need::kNoPeople).parts.size(), 1U);
  EXPECT_TRUE(plan.Next(frame, 1, Need::kAllSeen).parts.empty());
  EXPECT_EQ(plan.Next(frame, 2, Need::kAllSeen).parts.size(), 1U);
  EXPECT_GT(plan.Next(frame, 3, Need::kNoPeople).parts.size(), 1U);
}

}  // namespace videopose::internal::search_plan_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/search_plan.h"

#include <gtest/gtest.h>

#include <cmath>

namespace videopose {
namespace {

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

}  // namespace
}  // namespace videopose

// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/search_plan.h"

#include <algorithm>
#include <cmath>

namespace videopose::internal {
namespace {

// Squares of this side in a row, evenly spaced from one edge of the image to the other.
std::vector<float> Centres(float length_px, float side_px) {
  constexpr float kStep = 2.0F / 3;
  const float room_px = std::max(0.0F, length_px - side_px);
  const int steps = static_cast<int>(std::ceil(room_px / (kStep * side_px)));
  std::vector<float> centres_px;
  for (int i = 0; i <= steps; ++i) {
    const float at = steps == 0 ? 0.5F : static_cast<float>(i) / static_cast<float>(steps);
    centres_px.push_back(length_px / 2 + (at - 0.5F) * room_px);
  }
  return centres_px;
}

}  // namespace

std::vector<Roi> SearchTiles(int width_px, int height_px) {
  constexpr float kWide = 1.2F;  // an image whose own square is that much larger than a tile
  const auto width = static_cast<float>(width_px), height = static_cast<float>(height_px);
  const float shorter = std::min(width, height), longer = std::max(width, height);
  std::vector<Roi> tiles;
  for (const float side_px : {shorter, shorter / 2}) {
    if (longer < kWide * side_px) continue;
    for (const float y : Centres(height, side_px)) {
      for (const float x : Centres(width, side_px)) {
        tiles.push_back({.centre_px = {x, y}, .side_px = side_px});
      }
    }
  }
  return tiles;
}

SearchPlan::Search SearchPlan::Next(const Image& frame, double time_s, Need need) {
  const bool is_first = !last_s_;
  const double wait_s = need == Need::kNoPeople    ? 0
                        : need == Need::kTrackLost ? options_.anxious_interval_s
                                                   : options_.interval_s;
  if (!is_first && time_s - *last_s_ < wait_s) return {};
  last_s_ = time_s;
  Search search{.squares = {LetterboxRoi(frame)}};
  const double wait_for_tiles_s = !options_.boxes           ? 0
                                  : need == Need::kNoPeople ? options_.boxes_interval_s
                                                            : options_.interval_s;
  const double since_s = is_first ? options_.interval_s : time_s - last_tiles_s_;
  if (!is_first && since_s < wait_for_tiles_s) return search;
  last_tiles_s_ = time_s;
  if (options_.boxes) {
    search.parts.push_back(
        {.centre_px = search.squares[0].centre_px,
         .size_px = {static_cast<float>(frame.width_px), static_cast<float>(frame.height_px)}});
  }
  if (!options_.always_small && (is_first || need != Need::kNoPeople)) return search;
  const std::vector<Roi> tiles = SearchTiles(frame.width_px, frame.height_px);
  const double share = is_first ? 1 : std::min(1.0, since_s / options_.sweep_s);
  const auto count = static_cast<size_t>(std::ceil(share * static_cast<double>(tiles.size())));
  for (size_t i = 0; i < count; ++i) {
    const Roi& tile = tiles[next_tile_++ % tiles.size()];
    if (options_.boxes) {
      search.parts.push_back(
          {.centre_px = tile.centre_px, .size_px = {tile.side_px, tile.side_px}});
    } else {
      search.squares.push_back(tile);
    }
  }
  return search;
}

}  // namespace videopose::internal

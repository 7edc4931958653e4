// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/name_tag.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace videopose::internal {
namespace {

constexpr Rgb kDark{14, 16, 20}, kLight{250, 250, 250};
constexpr double kTextPerPerson = 0.075;
constexpr double kLeastTextPerTile = 0.022, kMostTextPerTile = 0.034;
constexpr double kLeastTagText_px = 8;

// The eye's sensitivity, Rec. 601.
double Lightness(Rgb colour) {
  return (0.299 * colour.r + 0.587 * colour.g + 0.114 * colour.b) / 255;
}

}  // namespace

void DrawNameTag(Canvas& canvas, Tile tile, const NameTag& tag, int id, Rgb colour) {
  const std::string text = fmt::format("{}", id);
  const double size_px = std::max(kLeastTagText_px, std::clamp(kTextPerPerson * tag.person_px,
                                                               kLeastTextPerTile * tile.height_px,
                                                               kMostTextPerTile * tile.height_px));
  const double height_px = 1.35 * size_px;
  const double width_px = std::max(height_px, canvas.TextWidth(text, size_px) + 0.75 * size_px);
  const double x_px =
      std::clamp(tag.x_px - width_px / 2, 1.0, std::max(1.0, tile.width_px - width_px - 1));
  const double y_px = std::clamp(tag.y_px - height_px - 0.25 * size_px, 1.0,
                                 std::max(1.0, tile.height_px - height_px - 1));
  constexpr double kRim_px = 1;
  canvas.Chip(x_px - kRim_px, y_px - kRim_px, width_px + 2 * kRim_px, height_px + 2 * kRim_px,
              kDark, 0.55);
  canvas.Chip(x_px, y_px, width_px, height_px, colour, 1);
  canvas.Text(text, x_px + (width_px - canvas.TextWidth(text, size_px)) / 2,
              y_px + 0.5 * height_px + 0.365 * size_px, size_px,
              Lightness(colour) > 0.45 ? kDark : kLight);
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/floor.h"

#include <gtest/gtest.h>

#include <cmath>

namespace videopose::internal::floor_test {

constexpr int kSize = 300;

Rgb PixelAt(const Image& image, const View::Seen& seen) {
  return LoadPixel(image.row(static_cast<int>(seen.y_px)) +
                   static_cast<size_t>(seen.x_px) * Image::kBytesPerPixel);
}

View FromAbove() {
  return View({.width_px = kSize,
               .height_px = kSize,
               .elevation_deg = 60,
               .focus_in_world = {0, 0, 0},
               .distance_m = 4});
}

Image EmptyFloor(Theme theme) {
  Image image(kSize, kSize);
  DrawBackdrop(TileOf(image), PaletteOf(theme));
  DrawFloor(TileOf(image), FromAbove(), PaletteOf(theme));
  return image;
}

TEST(DrawFloor, HasALineEveryCell) {
  const View view = FromAbove();
  for (const Theme theme : {Theme::kDark, Theme::kLight}) {
    const Image image = EmptyFloor(theme);
    for (const float at : {-0.5F, 0.0F, 0.5F}) {
      const Rgb line = PixelAt(image, view.Project({at, 0.25F, 0}));
      const Rgb cell = PixelAt(image, view.Project({at + 0.25F, 0.25F, 0}));
      EXPECT_GT(std::abs(line.g - cell.g), 8) << at;
    }
  }
}

TEST(DrawFloor, LinesStayInTheWorldWhenTheViewerMoves) {
  Image image(kSize, kSize);
  ViewOptions options = FromAbove().options();
  options.focus_in_world = {0.13F, 0.21F, 0};
  const View view(options);
  DrawFloor(TileOf(image), view, PaletteOf(Theme::kLight));
  EXPECT_LT(PixelAt(image, view.Project({0.5F, 0.25F, 0})).g,
            PixelAt(image, view.Project({0.25F, 0.25F, 0})).g - 8);
}

TEST(DrawFloor, FadesIntoTheBackdrop) {
  Image backdrop(kSize, kSize);
  DrawBackdrop(TileOf(backdrop), PaletteOf(Theme::kDark));
  ViewOptions options = FromAbove().options();
  options.elevation_deg = 15;
  Image image = backdrop;
  DrawFloor(TileOf(image), View(options), PaletteOf(Theme::kDark));
  const auto row = static_cast<size_t>(kSize) * Image::kBytesPerPixel;
  EXPECT_TRUE(std::equal(image.row(0), image.row(0) + row, backdrop.row(0)));
  EXPECT_NE(image, backdrop);
}

RoundCone Ball(float x, float y, float z) {
  return {.from = {x, y, z}, .to = {x, y, z}, .from_radius_m = 0.06F, .to_radius_m = 0.06F};
}

TEST(DrawShadow, IsDarkBelowAndGoneFarAway) {
  const View view = FromAbove();
  const Image empty = EmptyFloor(Theme::kLight);
  Image image = empty;
  const RoundCone ball = Ball(0.25F, 0.25F, 0.06F);
  DrawShadow(TileOf(image), view, PaletteOf(Theme::kLight), {&ball, 1});
  const View::Seen below = view.Project({0.25F, 0.25F, 0}), far = view.Project({-0.7F, 0.25F, 0});
  EXPECT_LT(PixelAt(image, below).g, 0.8F * PixelAt(empty, below).g);
  EXPECT_EQ(PixelAt(image, far), PixelAt(empty, far));
}

TEST(DrawShadow, GetsFainterAndWiderWithHeight) {
  const View view = FromAbove();
  const View::Seen below = view.Project({0.25F, 0.25F, 0}), beside = view.Project({0.5F, 0.25F, 0});
  Image low = EmptyFloor(Theme::kLight), high = low;
  const RoundCone low_ball = Ball(0.25F, 0.25F, 0.06F), high_ball = Ball(0.25F, 0.25F, 1.2F);
  DrawShadow(TileOf(low), view, PaletteOf(Theme::kLight), {&low_ball, 1});
  DrawShadow(TileOf(high), view, PaletteOf(Theme::kLight), {&high_ball, 1});
  EXPECT_GT(PixelAt(high, below).g, PixelAt(low, below).g + 10);
  EXPECT_LT(PixelAt(high, beside).g, PixelAt(low, beside).g);
}

}  // namespace videopose::internal::floor_test

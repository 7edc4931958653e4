// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/shading.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

namespace videopose::internal::shading_test {

Rgb PixelAt(const Image& image, int x, int y) {
  return LoadPixel(image.row(y) + static_cast<size_t>(x) * Image::kBytesPerPixel);
}

LitCone Ball(float x_px, float y_px, float depth_m, Rgb colour) {
  return {.shape = {{x_px, y_px}, {x_px, y_px}, 10, 10},
          .from_depth_m = depth_m,
          .to_depth_m = depth_m,
          .from_radius_m = 0.1F,
          .to_radius_m = 0.1F,
          .colour = colour};
}

constexpr Rgb kRed = {200, 0, 0}, kGreen = {0, 200, 0}, kWhite = {255, 255, 255};

TEST(FillCone, CoversExactlyItsArea) {
  Image image(100, 100);
  FillCone(TileOf(image), {{30, 50}, {70, 50}, 10, 10}, kWhite, 1);
  double covered = 0;
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 100; ++x) covered += PixelAt(image, x, y).r / 255;
  }
  // A capsule: 40 * 20 + pi * 10^2. Soft edges spread half a pixel both ways: within 1 %.
  EXPECT_NEAR(covered, 800 + 314.16, 11);
  EXPECT_EQ(PixelAt(image, 50, 50), kWhite);
  EXPECT_EQ(PixelAt(image, 50, 38), Rgb{});
}

TEST(FillCone, TapersBetweenItsEnds) {
  Image image(100, 60);
  FillCone(TileOf(image), {{20, 30}, {80, 30}, 16, 4}, kWhite, 1);
  EXPECT_EQ(PixelAt(image, 22, 18).r, 255);
  EXPECT_EQ(PixelAt(image, 50, 22).r, 255) << "half way the radius is 10";
  EXPECT_EQ(PixelAt(image, 50, 17).r, 0);
  EXPECT_EQ(PixelAt(image, 80, 22).r, 0);
}

TEST(FillCone, OneEndInsideTheOtherIsABall) {
  Image image(60, 60);
  FillCone(TileOf(image), {{30, 30}, {32, 30}, 4, 20}, kWhite, 1);
  EXPECT_EQ(PixelAt(image, 50, 30).r, 255);
  EXPECT_EQ(PixelAt(image, 32, 12).r, 255);
  EXPECT_EQ(PixelAt(image, 9, 30).r, 0);
}

TEST(FillCone, BlendsByOpacity) {
  Image image(40, 40);
  FillCone(TileOf(image), {{20, 20}, {20, 20}, 8, 8}, {200, 100, 50}, 0.5F);
  EXPECT_EQ(PixelAt(image, 20, 20), (Rgb{100, 50, 25}));
}

TEST(FillCone, StaysInsideTheTile) {
  Image image(40, 40);
  FillCone(TileOf(image, 10, 10, 20, 20), {{-50, 10}, {500, 10}, 30, 30}, kWhite, 1);
  EXPECT_EQ(PixelAt(image, 20, 20), kWhite);
  EXPECT_EQ(PixelAt(image, 9, 20), Rgb{});
  EXPECT_EQ(PixelAt(image, 30, 20), Rgb{});
  FillCone(TileOf(image), {{1e20F, -1e20F}, {1e20F, 0}, 3, 3}, kWhite, 1);
  FillCone(TileOf(image), {{NAN, NAN}, {5, 5}, 3, 3}, kWhite, 1);
}

TEST(DrawLitCones, TheNearerOneWinsWhateverTheOrder) {
  for (const bool near_first : {true, false}) {
    Image image(60, 40);
    std::vector<LitCone> cones = {Ball(25, 20, 2, kRed), Ball(35, 20, 3, kGreen)};
    if (!near_first) std::swap(cones[0], cones[1]);
    DrawLitCones(TileOf(image), cones, {});
    EXPECT_GT(PixelAt(image, 30, 20).r, 60);
    EXPECT_GT(PixelAt(image, 30, 20).r, 4 * PixelAt(image, 30, 20).g);
    EXPECT_GT(PixelAt(image, 40, 20).g, 60);
  }
}

TEST(DrawLitCones, CrossingConesAreEachInFrontAtTheirNearEnd) {
  Image image(120, 60);
  LitCone falling{.shape = {{20, 30}, {100, 30}, 8, 8},
                  .from_depth_m = 2,
                  .to_depth_m = 3,
                  .from_radius_m = 0.1F,
                  .to_radius_m = 0.1F,
                  .colour = kRed};
  LitCone rising = falling;
  std::swap(rising.from_depth_m, rising.to_depth_m);
  rising.colour = kGreen;
  DrawLitCones(TileOf(image), {falling, rising}, {});
  EXPECT_GT(PixelAt(image, 25, 30).r, 4 * PixelAt(image, 25, 30).g);
  EXPECT_GT(PixelAt(image, 95, 30).g, 4 * PixelAt(image, 95, 30).r);
}

TEST(DrawLitCones, TheLightComesFromAboveLeft) {
  Image image(60, 60);
  LitCone ball = Ball(30, 30, 2, {180, 180, 180});
  ball.shape = {{30, 30}, {30, 30}, 25, 25};
  DrawLitCones(TileOf(image), {ball}, {});
  EXPECT_GT(PixelAt(image, 20, 16).r, PixelAt(image, 40, 44).r + 50);
}

TEST(DrawLitCones, TheFrontIsMarkedOnlyWhereItFacesTheViewer) {
  for (const bool faces_viewer : {true, false}) {
    Image image(60, 60);
    LitCone ball = Ball(30, 30, 2, {200, 200, 200});
    ball.front = {0, 0, faces_viewer ? -1.0F : 1.0F};
    ball.front_colour = {200, 0, 0};
    DrawLitCones(TileOf(image), {ball}, {});
    EXPECT_EQ(PixelAt(image, 30, 30).g < 80, faces_viewer);
  }
}

}  // namespace videopose::internal::shading_test

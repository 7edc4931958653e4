// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/canvas.h"

#include <gtest/gtest.h>

namespace videopose::internal::canvas_test {

Rgb PixelAt(const Image& image, int x, int y) {
  return LoadPixel(image.row(y) + static_cast<size_t>(x) * Image::kBytesPerPixel);
}

constexpr Rgb kColour = {200, 100, 50};

TEST(Canvas, ColoursAreNotSwapped) {
  Image image(40, 40);
  Canvas(TileOf(image)).Dot(20, 20, 10, kColour);
  EXPECT_EQ(PixelAt(image, 20, 20), kColour);
  EXPECT_EQ(PixelAt(image, 5, 5), Rgb{});
}

TEST(Canvas, AChipHasRoundEndsAndLetsTheImageThrough) {
  Image image(100, 40);
  Canvas(TileOf(image)).Chip(10, 10, 80, 20, {200, 200, 200}, 0.5);
  EXPECT_NEAR(PixelAt(image, 50, 20).g, 100, 1);
  EXPECT_EQ(PixelAt(image, 11, 11).g, 0);
}

TEST(Canvas, TextStandsLeftOrRightOfItsPoint) {
  for (const Canvas::Align align : {Canvas::Align::kLeft, Canvas::Align::kRight}) {
    Image image(200, 40);
    Canvas canvas(TileOf(image));
    if (canvas.TextWidth("frame", 14) <= 0) GTEST_SKIP() << "no font on this machine";
    canvas.Text("frame", 100, 25, 14, {255, 255, 255}, align);
    int left = 0, right = 0;
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 200; ++x) (x < 100 ? left : right) += PixelAt(image, x, y).g > 128;
    }
    EXPECT_GT(align == Canvas::Align::kLeft ? right : left, 20);
    EXPECT_LE(align == Canvas::Align::kLeft ? left : right, 2);
  }
}

TEST(Canvas, SurvivesTextThatIsNotUtf8) {
  Image image(60, 40);
  Canvas(TileOf(image)).Text("\xff\xfe\x80", 5, 20, 14, kColour);
  EXPECT_EQ(image.width_px, 60);
  Canvas(TileOf(image)).Dot(30, 30, 5, kColour);
  EXPECT_EQ(PixelAt(image, 30, 30), kColour) << "the next canvas draws on";
}

}  // namespace videopose::internal::canvas_test

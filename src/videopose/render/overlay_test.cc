// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/overlay.h"

#include <gtest/gtest.h>

#include <limits>

namespace videopose::internal::overlay_test {

Rgb PixelAt(const Image& image, int x, int y) {
  return LoadPixel(image.row(y) + static_cast<size_t>(x) * Image::kBytesPerPixel);
}

Image Chessboard(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float value = (x + y) % 2 == 0 ? 0 : 200;
      StorePixel(image.row(y) + static_cast<size_t>(x) * Image::kBytesPerPixel,
                 {value, value, value});
    }
  }
  return image;
}

TEST(DrawImage, CopiesAtTheSameSize) {
  const Image board = Chessboard(12, 8);
  Image out(12, 8);
  DrawImage(TileOf(out), board);
  EXPECT_EQ(out, board);
}

TEST(DrawImage, ShrinksToMeans) {
  Image out(6, 4);
  DrawImage(TileOf(out), Chessboard(12, 8));
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 6; ++x) EXPECT_EQ(PixelAt(out, x, y), (Rgb{100, 100, 100}));
  }
}

TEST(DrawImage, ShrinksByFractionsWithoutLosingLight) {
  Image bright(31, 17);
  std::fill(bright.bgrx.begin(), bright.bgrx.end(), uint8_t{240});
  Image out(12, 10);
  DrawImage(TileOf(out), bright);
  for (int y = 0; y < 10; ++y) {
    for (int x = 0; x < 12; ++x) EXPECT_EQ(PixelAt(out, x, y), (Rgb{240, 240, 240}));
  }
}

TEST(DrawImage, GrowsLinearly) {
  Image two(2, 1);
  StorePixel(two.row(0), {0, 0, 0});
  StorePixel(two.row(0) + 4, {200, 200, 200});
  Image out(8, 4);
  DrawImage(TileOf(out), two);
  EXPECT_EQ(PixelAt(out, 0, 0).r, 0);
  EXPECT_EQ(PixelAt(out, 7, 3).r, 200);
  EXPECT_EQ(PixelAt(out, 3, 1).r, 75);  // 3/8 of the way between the two middles
  for (int x = 1; x < 8; ++x) EXPECT_GE(PixelAt(out, x, 2).r, PixelAt(out, x - 1, 2).r);
}

// A vertical bone from the left shoulder to the left hip, and nothing else.
KeypointLayout OneBone() {
  return {.name = "one", .joint_names = {"left_shoulder", "left_hip"}, .bones = {{0, 1}}};
}

const BodyColours& Colours() { return PaletteOf(Theme::kDark).body; }

TEST(DrawKeypoints, ScalesFromTheImageToTheTile) {
  Image image(100, 200);
  const std::vector<Keypoint> keypoints = {{202, 80, 1}, {202, 320, 1}};
  DrawKeypoints(TileOf(image), OneBone(), keypoints, 400, 400, Colours());
  EXPECT_EQ(PixelAt(image, 50, 100), Colours().left);
  EXPECT_EQ(PixelAt(image, 58, 100), Rgb{});
  EXPECT_EQ(PixelAt(image, 50, 190), Rgb{});
}

TEST(DrawKeypoints, FadesWithTheScore) {
  float last = -1;
  for (const float score : {0.0F, 0.2F, 0.4F, 1.0F}) {
    Image image(100, 200);
    const std::vector<Keypoint> keypoints = {{50, 40, 1}, {50, 160, score}};
    DrawKeypoints(TileOf(image), OneBone(), keypoints, 100, 200, Colours());
    EXPECT_GT(PixelAt(image, 50, 100).r, last) << score;
    last = PixelAt(image, 50, 100).r;
    if (score == 0) {
      EXPECT_EQ(last, 0) << "an unseen joint has no bones";
    }
  }
}

TEST(DrawKeypoints, HasADarkCasing) {
  Image image(100, 200);
  std::fill(image.bgrx.begin(), image.bgrx.end(), uint8_t{255});
  const std::vector<Keypoint> keypoints = {{50, 40, 1}, {50, 160, 1}};
  DrawKeypoints(TileOf(image), OneBone(), keypoints, 100, 200, Colours());
  float darkest = 255;
  for (int x = 40; x < 50; ++x) darkest = std::min(darkest, PixelAt(image, x, 100).g);
  EXPECT_LT(darkest, 130);
  EXPECT_EQ(PixelAt(image, 40, 100).g, 255);
}

TEST(DrawKeypoints, LeftAndRightDiffer) {
  Image image(200, 200);
  std::vector<Keypoint> keypoints(17);
  keypoints[5] = {150.5F, 40.5F, 1};  // left shoulder and hip
  keypoints[11] = {150.5F, 160, 1};
  keypoints[6] = {50.5F, 40.5F, 1};  // right
  keypoints[12] = {50.5F, 160, 1};
  DrawKeypoints(TileOf(image), Coco17(), keypoints, 200, 200, Colours());
  EXPECT_EQ(PixelAt(image, 150, 100), Colours().left);
  EXPECT_EQ(PixelAt(image, 50, 100), Colours().right);
  EXPECT_EQ(PixelAt(image, 100, 40), Colours().centre);
}

TEST(NameTagOf, StandsOverTheHead) {
  const Image image(200, 400);
  std::vector<Keypoint> keypoints(17);
  Image copy = image;
  EXPECT_FALSE(NameTagOf(TileOf(copy), Coco17(), keypoints, 100, 200)) << "no person is there";
  keypoints[3] = {40, 50, 1};  // ears
  keypoints[4] = {60, 52, 1};
  keypoints[9] = {80, 10, 1};  // a raised hand
  keypoints[15] = {50, 150, 1};
  const auto tag = NameTagOf(TileOf(copy), Coco17(), keypoints, 100, 200);
  ASSERT_TRUE(tag);
  EXPECT_FLOAT_EQ(tag->x_px, 100);
  EXPECT_LT(tag->y_px, 100);
  EXPECT_GT(tag->y_px, 60);
  EXPECT_FLOAT_EQ(tag->person_px, 280);
}

TEST(NameTagOf, WithoutAHeadItIsOverTheHighestJoint) {
  Image image(100, 200);
  std::vector<Keypoint> keypoints(17);
  keypoints[13] = {30, 120, 1};
  keypoints[15] = {40, 160, 1};
  const auto tag = NameTagOf(TileOf(image), Coco17(), keypoints, 100, 200);
  ASSERT_TRUE(tag);
  EXPECT_FLOAT_EQ(tag->x_px, 30);
  EXPECT_FALSE(NameTagOf(TileOf(image), Coco17(), keypoints, 0, 0));
}

TEST(DrawKeypoints, SurvivesNonsense) {
  Image image(60, 60);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<Keypoint> keypoints = {{nan, inf, 1}, {1e30F, -1e30F, 1}};
  DrawKeypoints(TileOf(image), OneBone(), keypoints, 60, 60, Colours());
  DrawKeypoints(TileOf(image), OneBone(), keypoints, 0, 0, Colours());
  EXPECT_EQ(image, Image(60, 60));
}

}  // namespace videopose::internal::overlay_test

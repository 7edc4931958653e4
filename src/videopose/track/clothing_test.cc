#include "videopose/track/clothing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace videopose {
namespace {

void Fill(Image& image, int x0, int y0, int x1, int y1, std::array<uint8_t, 3> rgb) {
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      uint8_t* pixel = image.row(y) + static_cast<ptrdiff_t>(x) * Image::kBytesPerPixel;
      pixel[0] = rgb[2];
      pixel[1] = rgb[1];
      pixel[2] = rgb[0];
    }
  }
}

// Somebody upright with the hips at (x, 100) in a picture of 200 x 200: trunk 40 wide and 50 high.
std::vector<Landmark> Body(float x) {
  std::vector<Landmark> landmarks(33);
  const auto put = [&](size_t k, float dx, float y) { landmarks[k] = {x + dx, y, 0, 1}; };
  put(11, 20, 50);
  put(12, -20, 50);
  put(23, 12, 100);
  put(24, -12, 100);
  put(25, 12, 140);
  put(26, -12, 140);
  return landmarks;
}

// In a shirt and trousers of these colours, before a green wall.
Clothing Dressed(std::array<uint8_t, 3> shirt, std::array<uint8_t, 3> trousers) {
  Image image(200, 200);
  Fill(image, 0, 0, 200, 200, {20, 200, 40});
  Fill(image, 75, 45, 125, 102, shirt);
  Fill(image, 75, 102, 125, 150, trousers);
  return ClothingOf(image, Body(100));
}

TEST(ClothingTest, SharesSumToOne) {
  const Clothing clothing = Dressed({200, 30, 30}, {20, 20, 90});
  for (const auto& part : clothing.shares) {
    EXPECT_NEAR(std::accumulate(part.begin(), part.end(), 0.0F), 1, 1e-5);
  }
  EXPECT_NEAR(Similarity(clothing, clothing), 1, 1e-5);
}

TEST(ClothingTest, TellsColoursApartAndBearsAChangeOfLight) {
  const Clothing red = Dressed({200, 30, 30}, {20, 20, 90});
  EXPECT_LT(Similarity(red, Dressed({30, 30, 200}, {20, 20, 90})), 0.6);
  EXPECT_LT(Similarity(red, Dressed({30, 30, 200}, {230, 230, 230})), 0.1);
  EXPECT_GT(Similarity(red, Dressed({180, 27, 27}, {18, 18, 81})), 0.9);
  // From white to a little darker, and from black to dark grey.
  EXPECT_GT(
      Similarity(Dressed({240, 240, 240}, {10, 10, 10}), Dressed({215, 215, 215}, {30, 30, 30})),
      0.8);
}

TEST(ClothingTest, WhatIsOutsideThePictureIsUnknown) {
  const Image image(200, 200);
  const Clothing nothing = ClothingOf(image, Body(-500));
  EXPECT_EQ(Similarity(nothing, nothing), -1);
  std::vector<Landmark> odd = Body(100);
  odd[11].x_px = NAN;
  odd[23].y_px = INFINITY;
  EXPECT_LE(Similarity(ClothingOf(image, odd), nothing), 0);

  Clothing mean = nothing;
  const Clothing red = Dressed({200, 30, 30}, {20, 20, 90});
  Blend(red, 0.1F, mean);
  EXPECT_NEAR(Similarity(mean, red), 1, 1e-5);
  Blend(nothing, 0.5F, mean);
  EXPECT_NEAR(Similarity(mean, red), 1, 1e-5);
  const Clothing blue = Dressed({30, 30, 200}, {20, 20, 90});
  const float before = Similarity(mean, blue);
  Blend(blue, 0.5F, mean);
  EXPECT_GT(Similarity(mean, blue), before + 0.1F);
}

}  // namespace
}  // namespace videopose

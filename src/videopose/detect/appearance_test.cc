// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/appearance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace videopose::internal::appearance_test {

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

// COCO's keypoints of a person upright with the hips at (x, 100) in an image of 200 x 200: trunk 40
// wide and 50 high.
std::vector<Keypoint> Body(float x) {
  std::vector<Keypoint> keypoints(17);
  const auto put = [&](size_t k, float dx, float y) { keypoints[k] = {x + dx, y, 1}; };
  put(5, 20, 50);
  put(6, -20, 50);
  put(11, 12, 100);
  put(12, -12, 100);
  put(13, 12, 140);
  put(14, -12, 140);
  return keypoints;
}

// In a shirt and trousers of these colours, before a green wall.
Appearance Dressed(std::array<uint8_t, 3> shirt, std::array<uint8_t, 3> trousers) {
  Image image(200, 200);
  Fill(image, 0, 0, 200, 200, {20, 200, 40});
  Fill(image, 75, 45, 125, 102, shirt);
  Fill(image, 75, 102, 125, 150, trousers);
  return AppearanceOf(image, Body(100));
}

TEST(AppearanceTest, SharesSumToOne) {
  const Appearance appearance = Dressed({200, 30, 30}, {20, 20, 90});
  for (const auto& part : appearance.shares) {
    EXPECT_NEAR(std::accumulate(part.begin(), part.end(), 0.0F), 1, 1e-5);
  }
  EXPECT_NEAR(SimilarityOf(appearance, appearance), 1, 1e-5);
}

TEST(AppearanceTest, TellsColoursApartAndBearsAChangeOfLight) {
  const Appearance red = Dressed({200, 30, 30}, {20, 20, 90});
  EXPECT_LT(SimilarityOf(red, Dressed({30, 30, 200}, {20, 20, 90})), 0.6);
  EXPECT_LT(SimilarityOf(red, Dressed({30, 30, 200}, {230, 230, 230})), 0.1);
  EXPECT_GT(SimilarityOf(red, Dressed({180, 27, 27}, {18, 18, 81})), 0.9);
  // From white to a little darker, and from black to dark grey.
  EXPECT_GT(
      SimilarityOf(Dressed({240, 240, 240}, {10, 10, 10}), Dressed({215, 215, 215}, {30, 30, 30})),
      0.8);
}

TEST(AppearanceTest, WhatIsOutsideTheImageIsUnknown) {
  const Image image(200, 200);
  const Appearance nothing = AppearanceOf(image, Body(-500));
  EXPECT_EQ(SimilarityOf(nothing, nothing), -1);
  std::vector<Keypoint> odd = Body(100);
  odd[5].x_px = NAN;
  odd[11].y_px = INFINITY;
  EXPECT_LE(SimilarityOf(AppearanceOf(image, odd), nothing), 0);

  Appearance mean = nothing;
  const Appearance red = Dressed({200, 30, 30}, {20, 20, 90});
  Blend(red, 0.1F, mean);
  EXPECT_NEAR(SimilarityOf(mean, red), 1, 1e-5);
  Blend(nothing, 0.5F, mean);
  EXPECT_NEAR(SimilarityOf(mean, red), 1, 1e-5);
  const Appearance blue = Dressed({30, 30, 200}, {20, 20, 90});
  const float before = SimilarityOf(mean, blue);
  Blend(blue, 0.5F, mean);
  EXPECT_GT(SimilarityOf(mean, blue), before + 0.1F);
}

}  // namespace videopose::internal::appearance_test

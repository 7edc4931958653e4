// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "videopose/geometry.h"
#include "videopose/geometry/angle.h"

namespace videopose::internal::lens_test {

constexpr Lens kFourNumbers{.width_px = 1920,
                            .height_px = 1080,
                            .focal_px = {1400.5, 1402.5},
                            .centre_px = {960, 540},
                            .distortion = {0.1, -0.2, 0.001, 0.002}};

Lens VgaLens(std::array<double, 8> distortion, Lens::Model model = Lens::Model::kBrown) {
  Lens lens = PlainLens(500, 640, 480);
  lens.model = model;
  lens.distortion = distortion;
  return lens;
}

TEST(Lens, UndistortedIsTheInverseOfDistorted) {
  for (const Lens& lens :
       {VgaLens({}), VgaLens({-0.266, -0.0386, 0.00178, -0.00028, 0.238}), kFourNumbers,
        VgaLens({-0.01, 0.02, -0.003, 0.0004}, Lens::Model::kFisheye),
        VgaLens({0.1, 0.02, 0.001, 0, 0.01, 0.2, 0.03, 0.004})}) {
    for (double y = -0.4; y <= 0.4; y += 0.1) {
      for (double x = -0.5; x <= 0.5; x += 0.1) {
        const Vec2d back = Undistorted(lens, Distorted(lens, {x, y}));
        EXPECT_NEAR(back.x, x, 1e-6);
        EXPECT_NEAR(back.y, y, 1e-6);
      }
    }
  }
}

// By hand from OpenCV's formulas: (x, y) = (0.3, -0.2), r^2 = 0.13.
TEST(Lens, DistortsAsOpenCvDocumentsIt) {
  const double radial = 1 + 0.1 * 0.13 - 0.2 * 0.13 * 0.13;
  const double x = 0.3 * radial + 2 * 0.001 * 0.3 * -0.2 + 0.002 * (0.13 + 2 * 0.09);
  const double y = -0.2 * radial + 0.001 * (0.13 + 2 * 0.04) + 2 * 0.002 * 0.3 * -0.2;
  const Vec2d px = Distorted(kFourNumbers, {0.3, -0.2});
  EXPECT_NEAR(px.x, 1400.5 * x + 960, 1e-9);
  EXPECT_NEAR(px.y, 1402.5 * y + 540, 1e-9);
}

TEST(Lens, WhatCannotBeUndoneIsNotANumber) {
  // This lens folds the image at r = 1.29; nothing is seen farther out than 0.86 focal lengths.
  const Lens lens = VgaLens({-0.2});
  EXPECT_TRUE(std::isnan(Undistorted(lens, {320 + 5000, 240}).x) ||
              std::abs(Undistorted(lens, {320 + 5000, 240}).x) < 100);
  EXPECT_TRUE(std::isnan(Undistorted(lens, {320 + 0.9 * 500, 240}).x) ||
              std::abs(Undistorted(lens, {320 + 0.9 * 500, 240}).x) > 1.29);
}

TEST(Lens, ScalesWithTheImageSize) {
  const Lens half = Resized(kFourNumbers, 960, 540);
  EXPECT_EQ(half.focal_px, (Vec2d{700.25, 701.25}));
  EXPECT_EQ(half.centre_px, (Vec2d{480, 270}));
  EXPECT_EQ(Resized(Lens{.focal_px = {5, 5}}, 960, 540).focal_px, (Vec2d{5, 5}));
}

// 30 mm on film of 36 x 24 mm: a diagonal angle of 71.6 degrees.
TEST(DefaultFocalPx, IsATelephones) {
  const double focal_px = DefaultFocalPx(1920, 1080);
  EXPECT_NEAR(DegreesFromRadians(2 * std::atan(std::hypot(1920, 1080) / 2 / focal_px)), 71.6, 0.1);
}

}  // namespace videopose::internal::lens_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/crop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace videopose::internal::crop_test {

// A smooth colourful image.
Image Pattern(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      uint8_t* pixel = image.row(y) + x * Image::kBytesPerPixel;
      pixel[0] = static_cast<uint8_t>(40 + 5 * x);
      pixel[1] = static_cast<uint8_t>(30 + 4 * y);
      pixel[2] = static_cast<uint8_t>(200 - 3 * x - 2 * y);
      pixel[3] = 77;  // means nothing
    }
  }
  return image;
}

// The definition, in double precision: colour `channel` (0 red) at a point in pixels.
double ReferenceSample(const Image& image, double x_px, double y_px, int channel) {
  const double x = std::clamp(x_px - 0.5, 0.0, image.width_px - 1.0);
  const double y = std::clamp(y_px - 0.5, 0.0, image.height_px - 1.0);
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, image.width_px - 1), y1 = std::min(y0 + 1, image.height_px - 1);
  const auto level = [&](int column, int row) {
    return static_cast<double>(image.row(row)[column * Image::kBytesPerPixel + 2 - channel]);
  };
  const double fx = x - x0, fy = y - y0;
  return (1 - fy) * ((1 - fx) * level(x0, y0) + fx * level(x1, y0)) +
         fy * ((1 - fx) * level(x0, y1) + fx * level(x1, y1));
}

std::vector<float> Crop(const Image& image, const Roi& roi, const CropOptions& options,
                        int threads = 2) {
  WorkerPool pool(threads);
  std::vector<float> rgb(static_cast<size_t>(options.size_px) * options.size_px * 3);
  CropToRgb(image, roi, options, pool, rgb);
  return rgb;
}

TEST(CropTest, WholeImageIsTheImage) {
  const Image image = Pattern(32, 32);
  const CropOptions options = {.size_px = 32, .black = 0, .white = 255};
  const std::vector<float> rgb = Crop(image, LetterboxRoi(image), options);
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) {
      for (int c = 0; c < 3; ++c) {
        EXPECT_NEAR(rgb[(y * 32 + x) * 3 + c], image.row(y)[x * 4 + 2 - c], 1e-3);
      }
    }
  }
}

// Sizes that are no multiple of a vector, squares that reach outside, any rotation.
TEST(CropTest, AgreesWithTheDefinition) {
  const Image image = Pattern(37, 23);
  for (const int size : {8, 65, 100}) {
    for (const float rotation : {0.0F, 0.3F, -2.5F, std::numbers::pi_v<float>}) {
      const Roi roi = {.centre_px = {15, 14}, .side_px = 30, .rotation_rad = rotation};
      const std::vector<float> rgb = Crop(image, roi, {.size_px = size, .black = 0, .white = 255});
      for (int i = 0; i < size * size; ++i) {
        const Vec2f at = roi.PixelFromRoi({(static_cast<float>(i % size) + 0.5F) / size,
                                           (static_cast<float>(i / size) + 0.5F) / size});
        for (int c = 0; c < 3; ++c) {
          // Positions are off by float32 rounding, 1e-5 pixels; a pixel is up to 5 levels.
          EXPECT_NEAR(rgb[i * 3 + c], ReferenceSample(image, at.x, at.y, c), 1e-3)
              << i << " " << size;
        }
      }
    }
  }
}

TEST(CropTest, LetterboxIsBlackOutside) {
  Image image(4, 2);
  std::ranges::fill(image.bgrx, 255);
  const std::vector<float> rgb =
      Crop(image, LetterboxRoi(image),
           {.size_px = 4, .black = -1, .white = 1, .border = CropBorder::kBlack});
  for (int row = 0; row < 4; ++row) {
    for (int i = 0; i < 12; ++i) {
      EXPECT_FLOAT_EQ(rgb[row * 12 + i], row == 1 || row == 2 ? 1 : -1);
    }
  }
}

TEST(CropTest, RepeatsTheEdgeOutside) {
  Image image(1, 1);
  image.bgrx = {10, 20, 30, 0};
  const std::vector<float> rgb =
      Crop(image, {.centre_px = {500, -300}, .side_px = 100}, {.size_px = 2, .white = 255});
  EXPECT_THAT(rgb, testing::Pointwise(testing::FloatNear(1e-4F),
                                      {30, 20, 10, 30, 20, 10, 30, 20, 10, 30, 20, 10}));
}

// Outside the mask black, inside as without it; the mask stays upright in a turned square.
TEST(CropTest, MaskedPartsAreBlack) {
  const Image image = Pattern(40, 30);
  Roi roi = {.centre_px = {20, 15}, .side_px = 36, .rotation_rad = 0.4F};
  const CropOptions options = {.size_px = 65, .black = -1, .white = 1};
  const std::vector<float> whole = Crop(image, roi, options);
  roi.mask = BodyBox{.centre_px = {18, 12}, .size_px = {12, 30}};
  const std::vector<float> masked = Crop(image, roi, options);
  int black = 0;
  for (int i = 0; i < 65 * 65; ++i) {
    const Vec2f at = roi.PixelFromRoi(
        {(static_cast<float>(i % 65) + 0.5F) / 65, (static_cast<float>(i / 65) + 0.5F) / 65});
    const float dx = std::abs(at.x - 18) - 6, dy = std::abs(at.y - 12) - 15;
    if (std::abs(dx) < 1e-3F || std::abs(dy) < 1e-3F) continue;  // on the mask's edge
    const bool is_visible = dx < 0 && dy < 0;
    black += is_visible ? 0 : 1;
    for (int c = 0; c < 3; ++c) {
      EXPECT_EQ(masked[3 * i + c], is_visible ? whole[3 * i + c] : -1) << i;
    }
  }
  EXPECT_GT(black, 1000);
}

TEST(CropTest, AStretchedPartAgreesWithTheDefinition) {
  const Image image = Pattern(48, 30);
  const BodyBox part = {.centre_px = {22, 16}, .size_px = {26, 11}};
  WorkerPool pool(2);
  std::vector<float> rgb(65 * 65 * 3);
  StretchToRgb(image, part, {.size_px = 65, .black = 0, .white = 255}, pool, rgb);
  for (int i = 0; i < 65 * 65; ++i) {
    const double x = 22 - 13 + 26 * (i % 65 + 0.5) / 65, y = 16 - 5.5 + 11 * (i / 65 + 0.5) / 65;
    for (int c = 0; c < 3; ++c) {
      EXPECT_NEAR(rgb[3 * i + c], ReferenceSample(image, x, y, c), 1e-3) << i;
    }
  }
}

TEST(CropTest, ThreadsChangeNothing) {
  const Image image = Pattern(50, 40);
  const Roi roi = {.centre_px = {20, 20}, .side_px = 35, .rotation_rad = 0.7F};
  EXPECT_EQ(Crop(image, roi, {.size_px = 96}, 1), Crop(image, roi, {.size_px = 96}, 3));
}

}  // namespace videopose::internal::crop_test

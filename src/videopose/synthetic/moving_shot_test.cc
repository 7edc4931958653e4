// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/moving_shot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace videopose::internal::moving_shot_test {

constexpr int kHeight_px = 64;

bool IsSameRow(const Image& a, const Image& b, int y) {
  return std::equal(a.row(y), a.row(y) + a.width_px * Image::kBytesPerPixel, b.row(y));
}

// The sum of what neighbours in a row differ by.
int64_t Contrast(const Image& image) {
  int64_t sum = 0;
  for (int y = 0; y < image.height_px; ++y) {
    const uint8_t* row = image.row(y);
    for (int i = Image::kBytesPerPixel; i < image.width_px * Image::kBytesPerPixel; ++i) {
      sum += std::abs(row[i] - row[i - Image::kBytesPerPixel]);
    }
  }
  return sum;
}

TEST(MovingShot, ARollingShutterReadsLowerRowsLater) {
  const MovingShot shot = MakeMovingShot(CameraMove::kPan, kHeight_px, 25, 1, {.readout_s = 0.016});
  const MovingShot by_ms = MakeMovingShot(CameraMove::kPan, kHeight_px, 1000, 1);
  Image rolling, early, middle, late;
  shot.RenderFrame(10, rolling);
  by_ms.RenderFrame(392, early);
  by_ms.RenderFrame(400, middle);
  by_ms.RenderFrame(408, late);
  EXPECT_TRUE(IsSameRow(rolling, early, 0));
  EXPECT_TRUE(IsSameRow(rolling, middle, kHeight_px / 2));
  EXPECT_TRUE(IsSameRow(rolling, late, kHeight_px - 1));
  EXPECT_FALSE(IsSameRow(rolling, middle, 0));
  EXPECT_FALSE(IsSameRow(rolling, middle, kHeight_px - 1));
  EXPECT_EQ(shot.cameras[10], by_ms.cameras[400]);  // the truth is the middle row's
}

TEST(MovingShot, ALongExposureBlursWhatMoves) {
  const auto contrast_of = [](CameraMove move, double exposure_s) {
    Image image;
    MakeMovingShot(move, 2 * kHeight_px, 1, 6, {.exposure_s = exposure_s}).RenderFrame(5, image);
    return static_cast<double>(Contrast(image));
  };
  EXPECT_LT(contrast_of(CameraMove::kPan, 0.03), 0.85 * contrast_of(CameraMove::kPan, 0));
  EXPECT_GT(contrast_of(CameraMove::kStill, 0.03), 0.95 * contrast_of(CameraMove::kStill, 0));
}

TEST(MovingShot, CratesGoBy) {
  const MovingShot shot =
      MakeMovingShot(CameraMove::kStill, kHeight_px, 1, 3, {.has_crates = true});
  const MovingShot plain = MakeMovingShot(CameraMove::kStill, kHeight_px, 1, 3);
  Image first, second, without;
  shot.RenderFrame(0, first);
  shot.RenderFrame(1, second);
  plain.RenderFrame(0, without);
  EXPECT_NE(first.bgrx, without.bgrx);
  EXPECT_NE(first.bgrx, second.bgrx);
}

}  // namespace videopose::internal::moving_shot_test

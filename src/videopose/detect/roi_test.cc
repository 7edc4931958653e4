// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/roi.h"

#include <gtest/gtest.h>

#include <numbers>

namespace videopose::internal::roi_test {

constexpr float kPi = std::numbers::pi_v<float>;

TEST(RoiTest, UprightBodyGivesUprightSquare) {
  const Roi roi = RoiFromBodyCircle({100, 200}, {100, 120});
  EXPECT_EQ(roi.centre_px, (Vec2f{100, 200}));
  EXPECT_FLOAT_EQ(roi.side_px, 2 * 80 * 1.25F);
  EXPECT_NEAR(roi.rotation_rad, 0, 1e-6);
}

TEST(RoiTest, TurnsWithTheBody) {
  // The head to the right: turned clockwise by a quarter.
  EXPECT_NEAR(RoiFromBodyCircle({0, 0}, {5, 0}).rotation_rad, kPi / 2, 1e-6);
  EXPECT_NEAR(RoiFromBodyCircle({0, 0}, {-5, 0}).rotation_rad, -kPi / 2, 1e-6);
  EXPECT_NEAR(std::abs(RoiFromBodyCircle({0, 0}, {0, 5}).rotation_rad), kPi, 1e-6);
}

// Whatever the direction, the second point is straight above the middle of the square.
TEST(RoiTest, CirclePointIsOnTop) {
  for (float angle = 0; angle < 6.2F; angle += 0.37F) {
    const Vec2f hips = {300, 150};
    const Vec2f circle = hips + Vec2f{90 * std::cos(angle), 90 * std::sin(angle)};
    const Vec2f found = RoiFromBodyCircle(hips, circle).PixelFromRoi({0.5F, 0.5F - 0.5F / 1.25F});
    EXPECT_NEAR(found.x, circle.x, 1e-3) << angle;
    EXPECT_NEAR(found.y, circle.y, 1e-3) << angle;
  }
}

TEST(RoiTest, AMirroredSquareIsSeenFromItsOtherSide) {
  const Roi roi = {.centre_px = {50, 20}, .side_px = 40, .rotation_rad = 0.3F};
  Roi mirrored = roi;
  mirrored.is_mirrored = true;
  for (const Vec2f at : {Vec2f{0.1F, 0.2F}, Vec2f{0.5F, 0.9F}, Vec2f{0.8F, 0.5F}}) {
    EXPECT_EQ(mirrored.PixelFromRoi(at), roi.PixelFromRoi({1 - at.x, at.y}));
  }
}

TEST(RoiTest, LetterboxHoldsTheImage) {
  const Roi roi = LetterboxRoi(Image(400, 100));
  EXPECT_EQ(roi.PixelFromRoi({0, 0}), (Vec2f{0, -150}));
  EXPECT_EQ(roi.PixelFromRoi({1, 1}), (Vec2f{400, 250}));
}

}  // namespace videopose::internal::roi_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/geometry/screen_lens.h"

#include <gtest/gtest.h>

#include <limits>

namespace videopose::internal::screen_lens_test {

constexpr ScreenIntrinsics kIntrinsics = {.fx = 2.5F,
                                          .fy = 2.25F,
                                          .cx = 0.125F,
                                          .cy = -0.25F,
                                          .k1 = -0.25F,
                                          .k2 = 0.5F,
                                          .k3 = 0.125F,
                                          .p1 = -0.0625F,
                                          .p2 = 0.03125F};

// ray = (0.5, -0.25), r2 = 0.3125.
TEST(ScreenLens, BendsAsByHand) {
  const ScreenLens<double> lens = {2.5, 2.25, 0.125, -0.25, -0.25, 0.5, 0.125, -0.0625, 0.03125};
  const Vec2d ray = ClampedRay(1.0, -0.5, 2.0);
  EXPECT_EQ(ray, (Vec2d{0.5, -0.25}));
  const double r2 = 0.3125, factor = 1 - 0.25 * r2 + 0.5 * r2 * r2 + 0.125 * r2 * r2 * r2 -
                                     0.0625 * 0.5 - 0.03125 * 0.25;
  EXPECT_DOUBLE_EQ(BendingFactor(lens, ray), factor);
  const Vec2d bent = Bent(lens, ray);
  EXPECT_DOUBLE_EQ(bent.x, factor * 0.5 - 0.0625 * r2);
  EXPECT_DOUBLE_EQ(bent.y, factor * -0.25 + 0.03125 * r2);
  const Vec2d screen = ScreenFromCam(kIntrinsics, {1, -0.5, 2});
  EXPECT_EQ(screen, OnScreen(lens, bent));
  EXPECT_DOUBLE_EQ(screen.y, 2.25 * bent.y - 0.25);
  EXPECT_EQ(ScreenFromCamLinear(kIntrinsics, {1, -0.5, 2}), (Vec2d{1.375, -0.8125}));
}

TEST(ScreenLens, RaysFarOutsideAreClamped) {
  EXPECT_EQ(ClampedRay(3.0, -3.0, 2.0), (Vec2d{1, -1}));
  EXPECT_EQ(ScreenFromCam(kIntrinsics, {9, 0, 2}), ScreenFromCam(kIntrinsics, {2, 0, 2}));
}

TEST(ScreenLens, IsTheSameInFloat) {
  const ScreenLens<float> lens = {2.5F, 2.25F,  0.125F,   -0.25F,  -0.25F,
                                  0.5F, 0.125F, -0.0625F, 0.03125F};
  const Vec2d exact = ScreenFromCam(kIntrinsics, {0.3F, 0.7F, 1.9F});
  const Vec2f screen = OnScreen(lens, Bent(lens, ClampedRay(0.3F, 0.7F, 1.9F)));
  const double tolerance = 4 * std::numeric_limits<float>::epsilon();  // a few roundings
  EXPECT_NEAR(screen.x, exact.x, tolerance);
  EXPECT_NEAR(screen.y, exact.y, tolerance);
}

}  // namespace videopose::internal::screen_lens_test

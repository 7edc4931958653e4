// SPDX-License-Identifier: Apache-2.0

#include "videopose/geometry/angle.h"

#include <gtest/gtest.h>

#include "videopose/geometry.h"

namespace videopose::internal::angle_test {

TEST(Angle, DegreesAndRadians) {
  EXPECT_DOUBLE_EQ(RadiansFromDegrees(180.0), std::numbers::pi);
  EXPECT_DOUBLE_EQ(DegreesFromRadians(std::numbers::pi / 4), 45);
  const Vec3d turned = DegreesFromRadians(Vec3d{0, std::numbers::pi / 2, -std::numbers::pi});
  EXPECT_DOUBLE_EQ(turned.y, 90);
  EXPECT_DOUBLE_EQ(turned.z, -180);
}

}  // namespace videopose::internal::angle_test

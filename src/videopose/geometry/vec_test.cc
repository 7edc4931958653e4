// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "videopose/geometry.h"

namespace videopose::internal::vec_test {

TEST(Vec, CastsEachCoordinate) {
  EXPECT_EQ((Vec3f{1, 0.5F, -2}.Cast<double>()), (Vec3d{1, 0.5, -2}));
  EXPECT_EQ((Vec2d{0.25, 3}.Cast<float>()), (Vec2f{0.25F, 3}));
}

TEST(Vec, OnlyWhatHasLengthHasADirection) {
  EXPECT_EQ(DirectionOr(Vec3d{0, 0, 4}, {1, 0, 0}), (Vec3d{0, 0, 1}));
  EXPECT_EQ(DirectionOr(Vec3d{0, 0, 1e-10}, {1, 0, 0}), (Vec3d{1, 0, 0}));
}

}  // namespace videopose::internal::vec_test

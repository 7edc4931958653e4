// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/pose_landmarks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace videopose::internal::pose_landmarks_test {

constexpr int kSize = 64;

class HeatMapTest : public testing::Test {
 protected:
  float& At(int column, int row, int point) {
    return maps_[(static_cast<size_t>(row) * kSize + column) * kModelPoints + point];
  }
  // Everywhere a weight of 1/(1 + e^100), which is 0 in float32.
  std::vector<float> maps_ = std::vector<float>(size_t{kSize} * kSize * kModelPoints, -100);
  RoiPoints points_;
};

TEST(PoseLandmarksTest, DecodesPixelsAndVisibility) {
  std::vector<float> values(kModelPoints * 5);
  values[5] = 128, values[6] = 64, values[7] = -256, values[8] = 0;
  const RoiPoints points = DecodePoints(values);
  EXPECT_EQ(points[1].x, 0.5F);
  EXPECT_EQ(points[1].y, 0.25F);
  EXPECT_EQ(points[1].z, -1);
  EXPECT_EQ(points[1].visibility, 0.5F);
}

TEST_F(HeatMapTest, MovesToTheCentreOfGravity) {
  points_[3] = {.x = 20.5F / kSize, .y = 30.5F / kSize, .z = 7, .visibility = 1};
  At(22, 31, 3) = 100;  // weight 1
  At(23, 31, 3) = 100;
  RefineByHeatMaps(maps_, points_);
  EXPECT_FLOAT_EQ(points_[3].x, 22.5F / kSize);
  EXPECT_FLOAT_EQ(points_[3].y, 31.0F / kSize);
  EXPECT_EQ(points_[3].z, 7);
}

TEST_F(HeatMapTest, StaysWhereTheHeatMapIsUnsureOrFar) {
  points_[3] = {.x = 0.5F, .y = 0.5F};
  At(32, 32, 3) = -0.1F;  // weight below one half
  points_[4] = {.x = 0.5F, .y = 0.5F};
  At(36, 32, 4) = 100;  // four cells away
  RefineByHeatMaps(maps_, points_);
  EXPECT_EQ(points_[3].x, 0.5F);
  EXPECT_EQ(points_[4].x, 0.5F);
}

TEST_F(HeatMapTest, WindowIsCutAtTheBorderAndPointsOutsideStay) {
  points_[0] = {.x = 0, .y = 0.999F};
  At(1, 63, 0) = 100;
  const std::vector<RoiPoint> outside = {{.x = -0.5F, .y = 0.5F}, {.x = 2, .y = 2}, {.x = NAN}};
  std::copy(outside.begin(), outside.end(), points_.begin() + 1);
  RefineByHeatMaps(maps_, points_);
  EXPECT_FLOAT_EQ(points_[0].x, 1.0F / kSize);
  EXPECT_FLOAT_EQ(points_[0].y, 63.0F / kSize);
  EXPECT_EQ(points_[1].x, -0.5F);
  EXPECT_EQ(points_[2].x, 2);
  EXPECT_TRUE(std::isnan(points_[3].x));
}

}  // namespace videopose::internal::pose_landmarks_test

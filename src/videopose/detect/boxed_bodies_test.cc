// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/boxed_bodies.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "support/models.h"
#include "support/test_data.h"
#include "videopose/detect.h"

namespace videopose::internal::boxed_bodies_test {

// A body whose points are spread over the box.
PoseLandmarks BodyIn(const BodyBox& box, float presence) {
  PoseLandmarks body{.presence = presence};
  for (size_t k = 0; k < body.points_px.size(); ++k) {
    const Vec2f corner = {k % 2 == 0 ? -0.5F : 0.5F, k % 4 < 2 ? -0.5F : 0.5F};
    body.points_px[k].x_px = box.centre_px.x + corner.x * box.size_px.x;
    body.points_px[k].y_px = box.centre_px.y + corner.y * box.size_px.y;
  }
  return body;
}

TEST(BoxedBodiesTest, RegionIsASquareAroundTheBoxThatSeesTheBoxAlone) {
  const BodyBox box = {.centre_px = {300, 200}, .size_px = {50, 100}};
  const Roi roi = RoiFromBox(box);
  EXPECT_EQ(roi.centre_px, box.centre_px);
  EXPECT_FLOAT_EQ(roi.side_px, 125);
  EXPECT_EQ(roi.rotation_rad, 0);
  ASSERT_TRUE(roi.mask);
  EXPECT_EQ(roi.mask->centre_px, box.centre_px);
  EXPECT_NEAR(roi.mask->size_px.x, 56, 1e-4);
  EXPECT_NEAR(roi.mask->size_px.y, 112, 1e-4);
}

TEST(BoxedBodiesTest, ABodyMustBeThereAndFillTheBox) {
  const Image frame(640, 480);
  const BodyBox box = {.centre_px = {300, 200}, .size_px = {50, 100}};
  EXPECT_TRUE(FillsBox(BodyIn(box, 0.9F), box, frame));
  EXPECT_FALSE(FillsBox(BodyIn(box, 0.4F), box, frame));
  BodyBox other = box;
  other.size_px = {30, 60};  // 36 % of the area
  EXPECT_FALSE(FillsBox(BodyIn(other, 0.9F), box, frame));
  other.size_px = {35, 70};  // 49 %
  EXPECT_TRUE(FillsBox(BodyIn(other, 0.9F), box, frame));
  // The neighbour.
  other = box;
  other.centre_px.x += 30;
  EXPECT_FALSE(FillsBox(BodyIn(other, 0.9F), box, frame));
}

// What the model guesses below the image's edge does not count.
TEST(BoxedBodiesTest, ABodyCutByTheEdgeFillsItsBox) {
  const Image frame(640, 480);
  const BodyBox box = {.centre_px = {300, 430}, .size_px = {80, 100}};
  const BodyBox whole = {.centre_px = {300, 530}, .size_px = {80, 300}};
  EXPECT_TRUE(FillsBox(BodyIn(whole, 0.9F), box, frame));
}

// Two people beside each other: in each one's box is that one, and not the other.
TEST(BoxedBodiesTest, FindsTheOneInTheBox) {
  SKIP_WITHOUT_MODELS();
  const Image one = ReadImage(TestData("fixtures/images/tfjs_pose.jpg"));
  Image both(one.width_px * 2, one.height_px);
  for (int y = 0; y < one.height_px; ++y) {
    std::copy_n(one.row(y), one.stride_bytes(), both.row(y));
    std::copy_n(one.row(y), one.stride_bytes(), both.row(y) + one.stride_bytes());
  }
  const auto step = static_cast<float>(one.width_px);
  const BodyBox woman = {.centre_px = {504, 436}, .size_px = {505, 407}};  // by eye
  const std::vector<BodyBox> boxes = {
      woman,
      {.centre_px = woman.centre_px + Vec2f{step, 0}, .size_px = woman.size_px},
      {.centre_px = {60, 60}, .size_px = {60, 100}}};
  BlazePoseModels models({});
  const std::vector<std::optional<PoseLandmarks>> found = FindInBoxes(models, both, boxes);
  ASSERT_EQ(found.size(), 3U);
  ASSERT_TRUE(found[0]);
  ASSERT_TRUE(found[1]);
  EXPECT_FALSE(found[2]);
  for (size_t k = 0; k < kLandmarks; ++k) {
    // The same pixels, cropped at another place: within rounding, magnified by the network.
    EXPECT_NEAR(found[0]->points_px[k].x_px + step, found[1]->points_px[k].x_px, 1) << k;
    EXPECT_NEAR(found[0]->points_px[k].y_px, found[1]->points_px[k].y_px, 1) << k;
  }
}

}  // namespace videopose::internal::boxed_bodies_test

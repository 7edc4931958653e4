// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/body_box.h"

#include <gtest/gtest.h>

namespace videopose::internal::body_box_test {

TEST(BodyBoxTest, OverlapIsIntersectionOverUnion) {
  const BodyBox a = {.centre_px = {50, 50}, .size_px = {100, 100}};
  EXPECT_FLOAT_EQ(Overlap(a, a), 1);
  EXPECT_FLOAT_EQ(Overlap(a, {.centre_px = {100, 50}, .size_px = {100, 100}}), 1.0F / 3);
  EXPECT_FLOAT_EQ(Overlap(a, {.centre_px = {200, 50}, .size_px = {100, 100}}), 0);
  EXPECT_FLOAT_EQ(Overlap({}, {}), 0);
}

TEST(BodyBoxTest, ClipsToTheImage) {
  const Image image(100, 60);
  const BodyBox clipped = ClippedTo(image, {.centre_px = {90, 10}, .size_px = {40, 40}});
  EXPECT_EQ(clipped.centre_px, (Vec2f{85, 15}));
  EXPECT_EQ(clipped.size_px, (Vec2f{30, 30}));
  EXPECT_EQ(ClippedTo(image, {.centre_px = {300, 10}, .size_px = {40, 40}}).size_px.x, 0);
}

TEST(BodyBoxTest, AroundPoints) {
  const std::vector<Keypoint> points = {{10, 40, 1}, {30, 20, 0}, {20, 30, 1}};
  const BodyBox box = BoxAround(std::span(points));
  EXPECT_EQ(box.centre_px, (Vec2f{20, 30}));
  EXPECT_EQ(box.size_px, (Vec2f{20, 20}));
}

}  // namespace videopose::internal::body_box_test

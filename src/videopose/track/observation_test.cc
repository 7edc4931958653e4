// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/observation.h"

#include <gtest/gtest.h>

namespace videopose::internal::observation_test {

// A column of points, 100 pixels high.
Observation Body(float x_px) {
  Observation body;
  for (int j = 0; j < 17; ++j) {
    body.keypoints.push_back({x_px, 100 * static_cast<float>(j) / 16, 1});
  }
  body.box = {.centre_px = {x_px, 50}, .size_px = {40, 100}};
  return body;
}

TEST(ObservationTest, BoxGoesAroundAllPoints) {
  const std::vector<Keypoint> points = {{1, 7}, {5, 3}, {3, 4}};
  const BodyBox box = BoxAround(std::span(points));
  EXPECT_EQ(box.centre_px, (Vec2f{3, 5}));
  EXPECT_EQ(box.size_px, (Vec2f{4, 4}));
}

TEST(ObservationTest, OverlapIsIntersectionOverUnion) {
  EXPECT_FLOAT_EQ(Overlap(Body(0).box, Body(0).box), 1);
  EXPECT_FLOAT_EQ(Overlap(Body(0).box, Body(20).box), 1 / 3.0F);
  EXPECT_FLOAT_EQ(Overlap(Body(0).box, Body(50).box), 0);
  EXPECT_FLOAT_EQ(Overlap({}, {}), 0);
}

TEST(ObservationTest, SimilarityFallsWithDistanceOverHeight) {
  EXPECT_FLOAT_EQ(KeypointSimilarity(Body(0), Body(0)), 1);
  const float near = KeypointSimilarity(Body(0), Body(3));
  const float far = KeypointSimilarity(Body(0), Body(30));
  EXPECT_GT(near, 0.6);
  EXPECT_LT(far, 0.1);
  EXPECT_NEAR(KeypointSimilarity(Body(0), Body(30), {-30, 0}), 1, 1e-6);
}

TEST(ObservationTest, ABodyWithinABodyIsTheSame) {
  Observation trunk = Body(2);
  for (Keypoint& k : trunk.keypoints) k.y_px = 25 + k.y_px / 2;
  trunk.box.size_px = {20, 50};
  EXPECT_LT(KeypointSimilarity(Body(0), trunk), 0.5);
  EXPECT_FLOAT_EQ(ShareInside(trunk.box, Body(0).box), 1);
  EXPECT_FLOAT_EQ(ShareInside(Body(0).box, trunk.box), 0.25);
  EXPECT_TRUE(IsSameBody(Body(0), trunk));
  EXPECT_TRUE(IsSameBody(Body(0), Body(1)));
  EXPECT_FALSE(IsSameBody(Body(0), Body(20)));
  trunk.box.centre_px.y += 20;  // a child before its parent
  EXPECT_FALSE(IsSameBody(Body(0), trunk));
}

TEST(ObservationTest, HiddenPointsCountLittle) {
  Observation turned = Body(0);
  for (int j = 0; j < 8; ++j) {
    turned.keypoints[j].x_px += 60;
    turned.keypoints[j].score = 0;
  }
  EXPECT_GT(KeypointSimilarity(Body(0), turned), 0.9);
  EXPECT_EQ(KeypointSimilarity({}, {}), 0);
}

}  // namespace videopose::internal::observation_test

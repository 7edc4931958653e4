// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace videopose::internal::view_test {

using testing::FloatNear;

constexpr float kPixel = 0.01F;  // rounding of float arithmetic at some hundred pixels

ViewOptions Straight() {
  return {.width_px = 400, .height_px = 400, .focus_in_world = {0, 0, 1}, .distance_m = 4};
}

TEST(View, ProjectsTheFocusIntoTheMiddleFromEverywhere) {
  for (const double azimuth : {0.0, 45.0, 170.0, -90.0}) {
    for (const double elevation : {-10.0, 0.0, 30.0, 80.0}) {
      ViewOptions options = Straight();
      options.azimuth_deg = azimuth;
      options.elevation_deg = elevation;
      const View::Seen seen = View(options).Project(options.focus_in_world);
      EXPECT_THAT(seen.x_px, FloatNear(200, kPixel));
      EXPECT_THAT(seen.y_px, FloatNear(200, kPixel));
      EXPECT_THAT(seen.depth_m, FloatNear(4, 1e-4F));
    }
  }
}

TEST(View, AzimuthZeroLooksAsTheVideoCameraDoes) {
  const View view(Straight());
  // The focal length is two heights: 800 px, at 4 m 200 px a metre.
  const View::Seen right_and_up = view.Project({0.5F, 0, 1.25F});
  EXPECT_THAT(right_and_up.x_px, FloatNear(300, kPixel));
  EXPECT_THAT(right_and_up.y_px, FloatNear(150, kPixel));
  EXPECT_THAT(right_and_up.px_per_m, FloatNear(200, kPixel));
  const View::Seen farther = view.Project({0.5F, 4, 1});
  EXPECT_THAT(farther.x_px, FloatNear(250, kPixel));
  EXPECT_THAT(farther.depth_m, FloatNear(8, 1e-4F));
}

TEST(View, PositiveAzimuthGoesRoundToTheRight) {
  ViewOptions options = Straight();
  options.azimuth_deg = 90;
  const View view(options);
  // From the right what was at the right is near, and what was far is at the right.
  EXPECT_LT(view.Project({1, 0, 1}).depth_m, view.Project({-1, 0, 1}).depth_m);
  EXPECT_GT(view.Project({0, 1, 1}).x_px, 300);
}

TEST(View, ElevationLooksDown) {
  ViewOptions options = Straight();
  options.elevation_deg = 30;
  const View view(options);
  EXPECT_LT(view.Project({0, 1, 1}).y_px, 200) << "what is farther away is seen higher";
  EXPECT_LT(view.Project({0, 0, 2}).depth_m, 4) << "what is higher is nearer to the viewer";
}

TEST(View, OrthographicSizesDoNotDependOnDepth) {
  ViewOptions options = Straight();
  options.projection = Projection::kOrthographic;
  const View view(options);
  EXPECT_THAT(view.Project({0.5F, -2, 1}).x_px, FloatNear(300, kPixel));
  EXPECT_THAT(view.Project({0.5F, 3, 1}).x_px, FloatNear(300, kPixel));
}

TEST(View, FloorRowsAreTheInverseOfProjection) {
  for (const Projection projection : {Projection::kPerspective, Projection::kOrthographic}) {
    ViewOptions options = Straight();
    options.projection = projection;
    options.azimuth_deg = 35;
    options.elevation_deg = 20;
    const View view(options);
    for (const Vec3f spot : {Vec3f{0, 0, 0}, Vec3f{0.7F, -0.4F, 0}, Vec3f{-1.2F, 2, 0}}) {
      const View::Seen seen = view.Project(spot);
      const View::FloorRow row = view.FloorAt(seen.y_px);
      ASSERT_TRUE(row.visible);
      const Vec2f found = row.start + seen.x_px * row.step;
      EXPECT_THAT(found.x, FloatNear(spot.x, 1e-3F));
      EXPECT_THAT(found.y, FloatNear(spot.y, 1e-3F));
    }
  }
}

TEST(View, NoFloorAboveTheHorizon) {
  const View view(Straight());  // the horizon of a level view is the middle row
  EXPECT_FALSE(view.FloorAt(150).visible);
  EXPECT_TRUE(view.FloorAt(250).visible);
}

TEST(View, DistanceToFitPutsTheBallAtTheMargin) {
  for (const Projection projection : {Projection::kPerspective, Projection::kOrthographic}) {
    ViewOptions options = Straight();
    options.projection = projection;
    options.azimuth_deg = 10;
    const Vec3f point = {1.1F, 0.3F, 1.4F};
    options.distance_m = View::DistanceToFit(options, point, 0, 20);
    const View::Seen seen = View(options).Project(point);
    EXPECT_THAT(seen.x_px, FloatNear(380, 0.1F));
  }
}

}  // namespace videopose::internal::view_test

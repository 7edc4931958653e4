// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/person_input.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "videopose/base/fast_random.h"

namespace videopose::internal::person_input_test {

std::vector<Keypoint> SomeBody(double x_px, double y_px, double scale, uint64_t seed = 1) {
  FastRandom random(seed);
  std::vector<Keypoint> points(17);
  for (Keypoint& point : points) {
    point = {static_cast<float>(x_px + scale * random.Uniform(-50, 50)),
             static_cast<float>(y_px + scale * random.Uniform(-100, 100)), 0.9F};
  }
  return points;
}

std::vector<float> RowOf(const std::vector<Keypoint>& points) {
  std::vector<float> row(kPersonInputValues, 7);
  PersonInputRow(points, 1280, 720, row);
  return row;
}

TEST(PersonInput, LooksTheSameAnywhereAndAtAnySize) {
  const auto near = RowOf(SomeBody(400, 300, 2)), far = RowOf(SomeBody(900, 200, 0.5));
  for (size_t i = 0; i < 51; ++i) EXPECT_NEAR(near[i], far[i], 1e-4) << i;
  // The size is to be seen beside it: log(4) apart.
  EXPECT_NEAR(near[53] - far[53], std::log(4.0), 1e-4);
  EXPECT_LT(near[51], far[51]);
  EXPECT_GT(near[52], far[52]);
}

TEST(PersonInput, LeavesOutWhatIsNotSeen) {
  auto points = SomeBody(400, 300, 1);
  points[9] = {1e6F, -1e6F, 0};
  const auto row = RowOf(points);
  for (size_t i = 27; i < 30; ++i) EXPECT_EQ(row[i], 0);
  for (const float value : row) EXPECT_LT(std::abs(value), 10);
}

TEST(PersonInput, IsZeroWhereNothingIsSeen) {
  for (const float value : RowOf(std::vector<Keypoint>(17))) EXPECT_EQ(value, 0);
}

TEST(PersonInput, IsFiniteForASinglePoint) {
  std::vector<Keypoint> points(17);
  points[3] = {100, 100, 1};
  for (const float value : RowOf(points)) EXPECT_TRUE(std::isfinite(value));
}

TEST(PersonInput, OfAMirroredImageIsTheMirroredRow) {
  const auto points = SomeBody(400, 300, 1);
  std::vector<Keypoint> mirrored(17);
  for (int k = 0; k < 17; ++k) {
    mirrored[static_cast<size_t>(k)] = points[static_cast<size_t>(Coco17().mirrored(k))];
    mirrored[static_cast<size_t>(k)].x_px = 1280 - mirrored[static_cast<size_t>(k)].x_px;
  }
  const auto row = RowOf(points), other = RowOf(mirrored);
  const auto mirror = PersonInputMirror();
  for (size_t p = 0; p < kPersonInputPoints; ++p) {
    const auto q = static_cast<size_t>(mirror[p]);
    EXPECT_NEAR(other[3 * p], -row[3 * q], 1e-5);
    EXPECT_NEAR(other[3 * p + 1], row[3 * q + 1], 1e-5);
    EXPECT_NEAR(other[3 * p + 2], row[3 * q + 2], 1e-5);
  }
}

// Points of a body in the camera's frame, metres.
std::vector<Vec3d> BodyInCam(const Vec3d& root) {
  FastRandom random(5);
  std::vector<Vec3d> points(17);
  for (Vec3d& point : points) {
    point = root +
            Vec3d{random.Uniform(-0.4, 0.4), random.Uniform(-0.9, 0.9), random.Uniform(-0.3, 0.3)};
  }
  return points;
}

std::vector<Keypoint> Seen(const std::vector<Vec3d>& in_cam, const InputImage& image) {
  std::vector<Keypoint> points;
  for (const Vec3d& p : in_cam) {
    points.push_back({static_cast<float>(image.width_px / 2.0 + image.focal_px * p.x / p.z),
                      static_cast<float>(image.height_px / 2.0 + image.focal_px * p.y / p.z),
                      0.9F});
  }
  return points;
}

struct RayRow {
  std::vector<float> row = std::vector<float>(kPersonInputValues, 7);
  Quaternion view_from_cam;
};
RayRow RaysOf(const std::vector<Keypoint>& points, const InputImage& image) {
  RayRow result;
  result.view_from_cam = RayInputRow(points, image, result.row);
  return result;
}

// The frame may be padded, scaled or cut: what counts are the rays.
TEST(RayInput, DoesNotDependOnTheFrameAroundThePerson) {
  const auto body = BodyInCam({0.8, 0.3, 4});
  const InputImage plain = {1280, 720, 900}, wide = {3000, 720, 900}, large = {2560, 1440, 1800};
  const RayRow expected = RaysOf(Seen(body, plain), plain);
  for (const InputImage& image : {wide, large}) {
    const RayRow row = RaysOf(Seen(body, image), image);
    for (size_t i = 0; i < row.row.size(); ++i) EXPECT_NEAR(row.row[i], expected.row[i], 1e-4);
  }
}

// The rotation takes the ray to the middle of shoulders and hips to the axis, by the shortest way.
TEST(RayInput, TurnsTowardsThePerson) {
  const InputImage image = {1280, 720, 900};
  const auto points = Seen(BodyInCam({1.5, -0.8, 4}), image);
  Vec2d centre;
  for (const size_t k : {5, 6, 11, 12}) {
    centre = centre + 0.25 * Vec2d{points[k].x_px - 640, points[k].y_px - 360};
  }
  const Vec3d ray = Normalized(Vec3d{centre.x / 900, centre.y / 900, 1});
  const Quaternion view_from_cam = RaysOf(points, image).view_from_cam;
  const Vec3d turned = Rotate(view_from_cam, ray);
  EXPECT_NEAR(turned.x, 0, 1e-6);
  EXPECT_NEAR(turned.y, 0, 1e-6);
  EXPECT_NEAR(2 * std::acos(view_from_cam.w), std::acos(ray.z), 1e-6);
}

TEST(RayInput, HoldsWhatIsNotSeenAndWhatIsFarOutside) {
  const InputImage image = {640, 480, 300};
  for (const float value : RaysOf(std::vector<Keypoint>(17), image).row) EXPECT_EQ(value, 0);
  std::vector<Keypoint> points(17);
  points[5] = {-1e7F, 200, 1};
  points[6] = {300, 200, 1};
  for (const float value : RaysOf(points, image).row) {
    EXPECT_TRUE(std::isfinite(value));
    EXPECT_LT(std::abs(value), 20);
  }
}

}  // namespace videopose::internal::person_input_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/person_input.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "videopose/base/fast_random.h"

namespace videopose {
namespace {

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

}  // namespace
}  // namespace videopose

// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/blazepose_models.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/detect.h"
#include "videopose/media.h"

namespace videopose::internal::blazepose_models_test {

TEST(BlazePoseModelsTest, OnlyPlacesThatExistCanBeLookedAt) {
  EXPECT_TRUE(IsUsable({.centre_px = {10, -20}, .side_px = 5}));
  EXPECT_FALSE(IsUsable({.centre_px = {NAN, 0}, .side_px = 5}));
  EXPECT_FALSE(IsUsable({.centre_px = {0, 1e9F}, .side_px = 5}));
  EXPECT_FALSE(IsUsable({.centre_px = {0, 0}, .side_px = 0}));
  EXPECT_FALSE(IsUsable({.centre_px = {0, 0}, .side_px = INFINITY}));
}

TEST(BlazePoseModelsTest, SaysHowToGetAMissingFile) {
  EXPECT_THROW(BlazePoseModels({.models_dir = TestFolder()}), Error);
}

// Side by side or one after the other, the numbers are the same.
TEST(BlazePoseModelsTest, ThreadsChangeNothing) {
  SKIP_WITHOUT_MODELS();
  const Image frame = ReadImage(TestData("fixtures/images/tfjs_pose.jpg"));
  const Roi whole = LetterboxRoi(frame);
  BlazePoseModels alone({.size = BlazePoseSize::kLite, .threads = 1});
  BlazePoseModels together({.size = BlazePoseSize::kLite, .threads = 3});
  const std::vector<PersonDetection> people = alone.Look(frame, {}, {&whole, 1}).people.at(0);
  ASSERT_EQ(people.size(), 1U);
  std::vector<Roi> bodies(5, RoiFromBodyCircle(people[0].points[0], people[0].points[1]));
  for (size_t i = 0; i < bodies.size(); ++i) bodies[i].centre_px.x += static_cast<float>(i);
  const std::vector<Roi> squares(2, whole);
  const auto expected = alone.Look(frame, bodies, squares);
  const auto found = together.Look(frame, bodies, squares);
  ASSERT_EQ(found.bodies.size(), 5U);
  ASSERT_EQ(found.people.size(), 2U);
  for (size_t i = 0; i < bodies.size(); ++i) {
    EXPECT_GT(found.bodies[i].presence, 0.9);
    EXPECT_EQ(found.bodies[i].points_px, expected.bodies[i].points_px) << i;
  }
  for (const auto& seen : found.people) {
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].centre, people[0].centre);
  }
}

}  // namespace videopose::internal::blazepose_models_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/people_follower.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/track/confidence.h"

namespace videopose::internal::people_follower_test {

constexpr int kSmaller = 4;

// A woman on a beach, a quarter as large: she is 100 pixels high in a frame of 1280 x 720.
Image FarAway() {
  const Image near = ReadImage(TestData("fixtures/images/tfjs_pose.jpg"));
  Image frame(1280, 720);
  std::ranges::fill(frame.bgrx, 160);
  for (int y = 0; y < near.height_px / kSmaller; ++y) {
    for (int x = 0; x < near.width_px / kSmaller; ++x) {
      for (int c = 0; c < 3; ++c) {
        int sum = 0;
        for (int k = 0; k < kSmaller * kSmaller; ++k) {
          const int column = x * kSmaller + k % kSmaller, row = y * kSmaller + k / kSmaller;
          sum += near.row(row)[column * Image::kBytesPerPixel + c];
        }
        frame.row(400 + y)[(700 + x) * Image::kBytesPerPixel + c] =
            static_cast<uint8_t>(sum / (kSmaller * kSmaller));
      }
    }
  }
  return frame;
}

std::vector<DetectedPerson> Detect(const Image& frame, bool search_boxes) {
  PeopleFollower follower({.size = BlazePoseSize::kLite, .search_boxes = search_boxes},
                          PeopleFollowerOptions::For(kAllPeople));
  return follower.Detect(frame, 0);
}

TEST(PeopleFollowerTest, FindsAPersonFarAwayByTheirBox) {
  SKIP_WITHOUT_MODELS();
  const std::vector<DetectedPerson> people = Detect(FarAway(), true);
  ASSERT_EQ(people.size(), 1U);
  EXPECT_TRUE(IsConfident(people[0].presence));
  // Where she is, by eye.
  const BodyBox woman = {.centre_px = {826, 509}, .size_px = {126, 102}};
  EXPECT_GT(Overlap(BoxAround(std::span(people[0].keypoints)), woman), 0.5F);
}

TEST(PeopleFollowerTest, NoPersonInAnEmptyFrame) {
  SKIP_WITHOUT_MODELS();
  Image frame(640, 480);
  std::ranges::fill(frame.bgrx, 128);
  EXPECT_TRUE(Detect(frame, true).empty());
  EXPECT_TRUE(Detect(frame, false).empty());
}

// A follower without the detector of boxes is one that does not search for them.
TEST(PeopleFollowerTest, WorksWithoutTheDetectorOfBoxes) {
  const std::filesystem::path models = DefaultModelsDir();
  SKIP_WITHOUT_MODELS();
  const std::filesystem::path dir = EmptyFolder("blazepose_alone");
  for (const ModelFile* file : {&PersonDetectorFile(), &LandmarkFile(BlazePoseSize::kLite)}) {
    std::filesystem::create_symlink(models / file->name, dir / file->name);
  }
  const Image frame = ReadImage(TestData("fixtures/images/tfjs_pose.jpg"));
  PeopleFollower follower({.size = BlazePoseSize::kLite, .models_dir = dir},
                          PeopleFollowerOptions::For(kAllPeople));
  const std::vector<DetectedPerson> alone = follower.Detect(frame, 0);
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(alone[0].keypoints, Detect(frame, false).at(0).keypoints);
}

}  // namespace videopose::internal::people_follower_test

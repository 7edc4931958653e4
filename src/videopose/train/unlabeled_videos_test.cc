// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/unlabeled_videos.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/data/prepare_custom.h"
#include "videopose/geometry.h"

namespace videopose::internal::unlabeled_videos_test {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Two videos of one person as `videopose detect` writes them, prepared as "mine".
class UnlabeledVideos : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = EmptyFolder("unlabeled_videos");
    fs::create_directories(folder_ / "detected");
    WriteDetected("garden", 1280, 720, 11);
    WriteDetected("phone", 1080, 1920, 6);
    PrepareCustom({.inputs = {folder_ / "detected"}, .name = "mine", .data_dir = folder_});
  }

  void WriteDetected(const std::string& name, int64_t width_px, int64_t height_px, int64_t frames) {
    Tensor keypoints({1, frames, 17, 2}), scores({1, frames, 17});
    for (size_t i = 0; i < keypoints.values.size(); ++i) {
      keypoints.values[i] = 100 + static_cast<float>(i % 37);
    }
    std::fill(scores.values.begin(), scores.values.end(), 1.0F);
    NpzWriter file(folder_ / "detected" / (name + ".npz"));
    file.Add("keypoints", MakeNpy(keypoints));
    file.Add("scores", MakeNpy(scores));
    file.Add("width_px", MakeNpy(width_px));
    file.Add("height_px", MakeNpy(height_px));
    file.Close();
  }
  std::vector<Sequence> Load(DataOptions options, double focal_px = 0) {
    options.dataset = {.data_dir = folder_, .name = "custom", .keypoints = "mine"};
    return LoadUnlabeledVideos(Dataset(options.dataset), options,
                               {.keypoints = "mine", .focal_px = focal_px});
  }

  fs::path folder_;
};

TEST_F(UnlabeledVideos, AllAreTakenWithAUsualLens) {
  const std::vector<Sequence> sequences = Load({});
  ASSERT_EQ(sequences.size(), 2U);
  EXPECT_EQ(sequences[0].subject, "garden");
  EXPECT_EQ(sequences[0].frame_count(), 11);
  EXPECT_FALSE(sequences[0].has_poses());
  // The default lens, in half widths.
  const auto wide = static_cast<float>(DefaultFocalPx(1280, 720) / 640);
  EXPECT_EQ(*sequences[0].intrinsics, (ScreenIntrinsics{.fx = wide, .fy = wide}));
  const auto upright = static_cast<float>(DefaultFocalPx(1080, 1920) / 540);
  EXPECT_EQ(*sequences[1].intrinsics, (ScreenIntrinsics{.fx = upright, .fy = upright}));
}

TEST_F(UnlabeledVideos, LensVideosAndFramesMayBeChosen) {
  const std::vector<Sequence> sequences =
      Load({.unlabeled_subjects = {"phone"}, .downsample = 2}, 1350);
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0].frame_count(), 3);
  EXPECT_EQ(sequences[0].intrinsics->fx, 2.5F);
  EXPECT_THROW(Load({.unlabeled_subjects = {"attic"}}), Error);
}

TEST_F(UnlabeledVideos, OtherKeypointsAreRefused) {
  const fs::path golden = TestData("golden/data");
  const Dataset body_joints({.data_dir = golden, .name = "h36m", .keypoints = "gt"});
  try {
    LoadUnlabeledVideos(body_joints, {.dataset = {.data_dir = folder_}}, {.keypoints = "mine"});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("data_2d_custom_mine.npz: left and right are other"));
  }
}

}  // namespace videopose::internal::unlabeled_videos_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/dataset_clip.h"

#include <gtest/gtest.h>

#include <numeric>

#include "videopose/data/skeletons.h"

namespace videopose::internal::dataset_clip_test {

constexpr double kRounding = 1e-9;

std::vector<DatasetCamera> AllCalibrated() {
  std::vector<DatasetCamera> cameras = {CustomCamera(640, 480)};
  for (const char* subject : {"S1", "S5", "S6", "S7", "S8", "S9", "S11"}) {
    for (const DatasetCamera& camera : Human36mCameras(subject)) cameras.push_back(camera);
  }
  for (const char* subject : {"Train/S1", "Validate/S2", "Train/S3"}) {
    for (const DatasetCamera& camera : HumanEvaCameras(subject)) cameras.push_back(camera);
  }
  return cameras;
}

TEST(LevelFromCam, UpInTheWorldIsUpInTheLevelFrameAndForwardStaysForward) {
  for (const DatasetCamera& camera : AllCalibrated()) {
    const Quaternion cam_from_world = Inverse(camera.world_from_cam->rotation);
    const Quaternion level_from_cam = LevelFromCam(camera.world_from_cam->rotation);
    const Vec3d up = Rotate(level_from_cam, Rotate(cam_from_world, {0, 0, 1}));
    // The published quaternions have unit length to seven digits.
    EXPECT_NEAR(Norm(up - Vec3d{0, -1, 0}), 0, 1e-6) << camera.id;
    const Vec3d forward = Rotate(level_from_cam, {0, 0, 1});
    EXPECT_NEAR(forward.x, 0, 1e-6) << "looks to no side";
    EXPECT_GT(forward.z, 0.9) << "these cameras look down a little only";
  }
}

TEST(LevelFromCam, ALevelCameraStaysAsItIs) {
  // x right, y down, z forward = the world's y.
  const Quaternion world_from_cam = FromAxes({1, 0, 0}, {0, 0, -1}, {0, 1, 0});
  const Vec3d point = {0.1, 0.2, 0.3};
  EXPECT_NEAR(Norm(Rotate(LevelFromCam(world_from_cam), point) - point), 0, kRounding);
}

KeypointFile FileOf(const KeypointLayout& layout) {
  KeypointFile file{.joint_count = layout.joint_count()};
  for (int j = 0; j < layout.joint_count(); ++j) file.mirrored.push_back(layout.mirrored(j));
  return file;
}

TEST(LayoutOf, IsToldByJointsAndSymmetryAlone) {
  EXPECT_EQ(LayoutOf(FileOf(Coco17())), Coco17());
  EXPECT_EQ(LayoutOf(FileOf(Human36m17Keypoints())), Human36m17Keypoints());
  EXPECT_EQ(LayoutOf(FileOf(Mpii16())), Mpii16());
  const KeypointLayout humaneva = LayoutOf(FileOf({.joint_names = HumanEva15().joint_names}));
  EXPECT_EQ(humaneva.name, "humaneva15");
  EXPECT_EQ(humaneva.bones.size(), 14U);
}

TEST(LayoutOf, OthersAreDots) {
  KeypointFile file{.joint_count = 5, .mirrored = std::vector<int>(5)};
  std::iota(file.mirrored.begin(), file.mirrored.end(), 0);
  const KeypointLayout layout = LayoutOf(file);
  EXPECT_EQ(layout.joint_count(), 5);
  EXPECT_TRUE(layout.bones.empty());
}

TEST(NpyPath, AppendsWhatNumPyWould) {
  EXPECT_EQ(NpyPath("a/poses.npy"), "a/poses.npy");
  EXPECT_EQ(NpyPath("a/poses"), "a/poses.npy");
  EXPECT_EQ(NpyPath("a/poses.txt"), "a/poses.txt.npy");
}

}  // namespace videopose::internal::dataset_clip_test

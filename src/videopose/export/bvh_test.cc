// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/bvh.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/export/rig.h"
#include "videopose/export/test_motion.h"
#include "videopose/motion_files/bvh.h"

namespace videopose::internal::bvh_test {

namespace fs = std::filesystem;

BvhClip WrittenAndRead(const Motion& motion, const BvhOptions& options = {}) {
  const fs::path path = TestFolder() / "motion.bvh";
  WriteBvh(path, motion, motion.people[0], options);
  return ReadBvh(path);
}

Vec3d PlaceOf(const BvhClip& clip, const std::vector<Rigid3d>& placed, std::string_view name) {
  return placed[clip.IndexOf(name)].translation;
}

// The names of Human36m17()'s joints in the file.
constexpr std::array<std::string_view, 17> kNames = {
    "Hips",        "RightUpLeg", "RightLeg", "RightFoot",    "LeftUpLeg", "LeftLeg",
    "LeftFoot",    "Spine1",     "Neck",     "Head",         "Head_end",  "LeftArm",
    "LeftForeArm", "LeftHand",   "RightArm", "RightForeArm", "RightHand"};

TEST(WriteBvh, ReadBackGivesTheJointsWithConstantBones) {
  for (const SyntheticKind kind : {SyntheticKind::kWalkInCircle, SyntheticKind::kSquats,
                                   SyntheticKind::kJumpingJacks, SyntheticKind::kWaving}) {
    const Motion motion = TestMotion(kind);
    const auto source = JointsInWorld(motion, motion.people[0]);
    const BvhClip clip = WrittenAndRead(motion);
    ASSERT_EQ(clip.frame_count, motion.frame_count);
    EXPECT_NEAR(clip.frame_time_s, 1 / motion.fps, 1e-8);
    double sum_mm = 0;
    std::array<double, 17> first_length{};
    for (int64_t t = 0; t < clip.frame_count; ++t) {
      const auto placed = PlaceJoints(clip, t);
      for (size_t j = 0; j < kNames.size(); ++j) {
        const Vec3d at_cm = PlaceOf(clip, placed, kNames[j]);
        sum_mm += 1000 * Norm(0.01 * at_cm - InRig(source, t, j));
        if (j == 0) continue;
        const size_t parent = Human36m17().parents[j];
        const double length_cm = Norm(at_cm - PlaceOf(clip, placed, kNames[parent]));
        if (t == 0) first_length[j] = length_cm;
        EXPECT_NEAR(length_cm, first_length[j], 1e-3);
      }
    }
    // Synthetic bones are rigid: what is left are the digits of the file.
    EXPECT_LT(sum_mm / static_cast<double>(17 * clip.frame_count), 1);
  }
}

TEST(WriteBvh, AnglesDoNotJump) {
  for (const SyntheticKind kind : {SyntheticKind::kWalkInCircle, SyntheticKind::kWalkToAndFro,
                                   SyntheticKind::kArmRaises, SyntheticKind::kJumpingJacks}) {
    const BvhClip clip = WrittenAndRead(TestMotion(kind));
    for (int64_t t = 1; t < clip.frame_count; ++t) {
      for (int c = 3; c < clip.channel_count; ++c) {
        const size_t at = t * clip.channel_count + c;
        const size_t before = (t - 1) * clip.channel_count + c;
        // Where x is near +-90 degrees y and z turn faster than the body does, but never by a turn.
        EXPECT_LT(std::abs(clip.values[at] - clip.values[before]), 180)
            << "channel " << c << " in frame " << t;
      }
    }
  }
}

TEST(WriteBvh, NumbersAreInTheUnitAskedFor) {
  const Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  const BvhClip centimetres = WrittenAndRead(motion);
  const BvhClip metres = WrittenAndRead(motion, {.units_per_metre = 1});
  const size_t shank = metres.IndexOf("LeftFoot");
  EXPECT_NEAR(metres.joints[shank].offset[1], -0.246 * 1.74, 1e-3);
  EXPECT_NEAR(centimetres.joints[shank].offset[1], -24.6 * 1.74, 1e-2);
}

TEST(WriteBvh, SaysInWhichFramesOrderAndAxesItIs) {
  const BvhClip clip = WrittenAndRead(TestMotion(SyntheticKind::kWaving, {.duration_s = 1}));
  using enum BvhChannel;
  EXPECT_EQ(clip.joints[0].channels,
            (std::vector{kXPosition, kYPosition, kZPosition, kZRotation, kXRotation, kYRotation}));
  const auto placed = PlaceJoints(clip, 0);
  EXPECT_GT(PlaceOf(clip, placed, "Head").y, PlaceOf(clip, placed, "Hips").y + 40);
  EXPECT_NEAR(PlaceOf(clip, placed, "LeftFoot").y, 3.9 * 1.74, 0.5);
  // At rest the left arm points along x.
  EXPECT_GT(clip.joints[clip.IndexOf("LeftForeArm")].offset[0], 25);
}

TEST(WriteBvh, WithoutAnyPoseIsAFileToo) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  Forget(motion, 0, motion.frame_count);
  EXPECT_EQ(WrittenAndRead(motion).frame_count, motion.frame_count);
}

TEST(WriteBvh, FolderMissing) {
  const Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  EXPECT_THROW(WriteBvh("/nonexistent/a.bvh", motion, motion.people[0]), Error);
}

}  // namespace videopose::internal::bvh_test

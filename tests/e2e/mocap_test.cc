// SPDX-License-Identifier: Apache-2.0

// videopose run -d mocap: from BVH files to a lifter that lifts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "program.h"
#include "stand_ins.h"
#include "support/test_folder.h"
#include "videopose/synthetic/synthetic.h"
#include "videopose/videopose.h"

namespace videopose::internal::mocap_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::vector<std::string> kOneThread = {"OMP_NUM_THREADS=1"};

TEST(MocapTest, TrainsALifterThatLifts) {
  const fs::path folder = EmptyFolder("mocap");
  fs::create_directories(folder / "bvh");
  for (int i = 0; i < 8; ++i) {
    WriteSwingingBvh(folder / "bvh" / ("clip" + std::to_string(i) + ".bvh"), 1 + 0.2 * i);
  }
  const auto trained = RunVideopose({"run",
                                     "-d",
                                     "mocap",
                                     "--mocap-dir",
                                     folder / "bvh",
                                     "-c",
                                     folder / "ck",
                                     "-arc",
                                     "3,3",
                                     "-ch",
                                     "32",
                                     "-e",
                                     "2",
                                     "-b",
                                     "128",
                                     "--mocap-windows",
                                     "1024",
                                     "--causal",
                                     "--report",
                                     folder / "report.json"},
                                    {.environment = kOneThread});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_THAT(trained.out, HasSubstr("clip7"));  // the eighth is tested on
  const auto packed =
      RunVideopose({"models", "pack", folder / "ck" / "epoch_2.bin", "-o", folder / "lifter.bin"});
  ASSERT_EQ(packed.exit_code, 0) << packed.err;
  const auto told = RunVideopose({"info", folder / "lifter.bin"});
  EXPECT_THAT(told.out, HasSubstr("relative to the person"));
  EXPECT_THAT(told.out, HasSubstr("sees the past only"));
  const auto causal =
      RunVideopose({"models", "causal", folder / "ck" / "epoch_2.bin", "-o", folder / "start.bin"});
  EXPECT_EQ(causal.exit_code, 1);
  EXPECT_THAT(causal.err, HasSubstr("causal already"));
  EXPECT_FALSE(fs::exists(folder / "start.bin"));
  const auto widen = [&](const char* channels) {
    return RunVideopose({"models", "widen", folder / "ck" / "epoch_2.bin", "--channels", channels,
                         "-o", folder / "wide.bin"});
  };
  const auto narrower = widen("31");
  EXPECT_EQ(narrower.exit_code, 1);
  EXPECT_THAT(narrower.err, HasSubstr("32 channels already"));
  EXPECT_FALSE(fs::exists(folder / "wide.bin"));
  ASSERT_EQ(widen("48").exit_code, 0);
  EXPECT_THAT(RunVideopose({"info", folder / "wide.bin"}).out, HasSubstr("48 channels"));

  const Camera camera = LookAt({0, -5, 1.5}, {0, 0, 1}, 640, 480, 0.8);
  const SyntheticClip clip = MakeSyntheticClip(
      SyntheticMotion(Choreography(SyntheticKind::kWaving)), camera, {.fps = 25, .duration_s = 1});
  WriteKeypoints(folder / "kp.npz", clip.keypoints);
  const auto lifted = RunVideopose(
      {"lift", folder / "kp.npz", "--lifter", folder / "lifter.bin", "-o", folder / "poses.npz"});
  ASSERT_EQ(lifted.exit_code, 0) << lifted.err;
  const PoseClip poses = ReadPoses(folder / "poses.npz");
  ASSERT_EQ(poses.motion.frame_count, clip.frame_count);
  for (const Vec3f& joint : poses.motion.people[0].joints_in_cam) {
    ASSERT_TRUE(IsFinite(joint));
    ASSERT_LT(Norm(joint), 2);
  }
}

TEST(MocapTest, SaysWhatIsWrongInOneLine) {
  const fs::path folder = EmptyFolder("mocap_wrong");
  const auto outcome = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = {"run", "-d", "mocap", "-c", folder / "ck"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunVideopose(arguments);
  };
  EXPECT_EQ(outcome({}).exit_code, 2);
  EXPECT_EQ(outcome({"--mocap-dir", folder, "--mocap-input", "face"}).exit_code, 2);
  EXPECT_EQ(outcome({"--mocap-dir", folder, "-b", "33"}).exit_code, 2);
  EXPECT_EQ(outcome({"--mocap-dir", folder, "--mocap-arms", "1.5"}).exit_code, 2);
  EXPECT_EQ(outcome({"--mocap-dir", folder, "--evaluate", "x.bin"}).exit_code, 2);
  const auto empty = outcome({"--mocap-dir", folder});
  EXPECT_EQ(empty.exit_code, 1);
  EXPECT_THAT(empty.err, HasSubstr(".bvh"));
}

}  // namespace videopose::internal::mocap_test

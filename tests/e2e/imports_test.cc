// SPDX-License-Identifier: Apache-2.0

// Keypoints of other programs, from the command line.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "clips.h"
#include "program.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/videopose.h"

namespace videopose::internal::imports_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The figure's keypoints as a table, as a user's script would write them.
void WriteTable(const fs::path& path) {
  const KeypointSequence& keypoints = Figure().keypoints;
  std::ofstream file(path);
  file << "frame";
  for (int j = 0; j < keypoints.joint_count(); ++j) {
    const std::string& name = keypoints.layout.joint_names[static_cast<size_t>(j)];
    file << fmt::format(",{0}_x,{0}_y,{0}_score", name);
  }
  for (int64_t t = 0; t < keypoints.frame_count; ++t) {
    file << '\n' << t;
    for (const Keypoint& point : keypoints.people[0].frame(t)) {
      file << fmt::format(",{},{},{}", point.x_px, point.y_px, point.score);
    }
  }
  file << '\n';
}

TEST(ImportsTest, ATableLiftsToWhatOurOwnFileLiftsTo) {
  const fs::path folder = EmptyFolder("imports");
  WriteTable(folder / "points.csv");
  WriteKeypoints(folder / "points.npz", Figure().keypoints);
  const ProgramOutcome told = RunVideopose({"lift", folder / "points.csv", "--fps", "25", "--size",
                                            "640x360", "-o", folder / "table.npz"});
  ASSERT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.err, IsEmpty()) << "nothing was assumed";
  ASSERT_EQ(RunVideopose({"lift", folder / "points.npz", "-o", folder / "own.npz"}).exit_code, 0);
  EXPECT_EQ(Contents(folder / "table.npz"), Contents(folder / "own.npz"));

  const ProgramOutcome untold =
      RunVideopose({"lift", folder / "points.csv", "-o", folder / "untold.npz"});
  EXPECT_EQ(untold.exit_code, 0) << untold.err;
  EXPECT_THAT(untold.err, HasSubstr("25 frames per second"));
  EXPECT_THAT(untold.err, HasSubstr("--size"));
  EXPECT_THAT(RunVideopose({"info", folder / "points.csv"}).out, HasSubstr("CSV"));

  std::ofstream(folder / "other.csv") << "date,price\n1,2\n";
  const ProgramOutcome other =
      RunVideopose({"lift", folder / "other.csv", "-o", folder / "other.npz"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_EQ(other.error_line_count(), 1) << other.err;
  EXPECT_FALSE(fs::exists(folder / "other.npz"));
}

class RealFileTest : public testing::TestWithParam<const char*> {};

TEST_P(RealFileTest, Lifts) {
  const fs::path file = TestData(GetParam());
  const fs::path folder = EmptyFolder("real_file");
  const ProgramOutcome result = RunVideopose(
      {"lift", file, "-o", folder / "poses.npz", "--export", folder / "poses.bvh", "-q"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out + result.err, IsEmpty());
  const Motion motion = ReadPoses(folder / "poses.npz").motion;
  int64_t poses = 0;
  for (const PersonMotion& person : motion.people) {
    for (int64_t t = 0; t < motion.frame_count; ++t) {
      if (!person.has_pose(t)) continue;
      ++poses;
      for (const Vec3f& joint : person.frame(t)) ASSERT_LT(Norm(joint), 2.5F);
    }
  }
  EXPECT_GT(poses, 0);
}

INSTANTIATE_TEST_SUITE_P(All, RealFileTest,
                         testing::Values("fixtures/openpose/body25b_multi_cam01",
                                         "fixtures/openpose/halpe26_rtmpose_cam03",
                                         "fixtures/alphapose/halpe26_idx_int_first40.json",
                                         "fixtures/tfjs_mediapipe/pose_squats.full.json",
                                         "golden_raw/custom_in/dance.mp4.npz"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::erase_if(name, [](char c) { return !std::isalnum(c); });
                           return name;
                         });

}  // namespace videopose::internal::imports_test

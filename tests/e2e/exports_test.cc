// SPDX-License-Identifier: Apache-2.0

// --export, --angles and convert: the same poses in every file format.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clips.h"
#include "program.h"
#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/files.h"
#include "videopose/ground/world.h"
#include "videopose/videopose.h"

namespace videopose::internal::exports_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kReadsFps = 25;

// The greatest distance between the same joints of the only person, in frames that both know; hips
// over each other, since a file without world poses has them anywhere.
float DifferenceInMetres(const Motion& a, const Motion& b) {
  const auto in_a = JointsInWorld(a, a.people.at(0)), in_b = JointsInWorld(b, b.people.at(0));
  EXPECT_EQ(in_a.size(), in_b.size());
  float greatest = 0;
  for (size_t i = 0; i < std::min(in_a.size(), in_b.size()); ++i) {
    const size_t hip = i - i % static_cast<size_t>(in_a.joint_count());
    greatest = std::max(greatest, Norm(in_a[i] - in_a[hip] - (in_b[i] - in_b[hip])));
  }
  return greatest;
}

TEST(ExportsTest, ConvertWritesEveryKindAndReadsItBack) {
  const fs::path folder = EmptyFolder("convert");
  WritePoses(folder / "poses.npz", Figure().motion, &Figure().keypoints);
  std::vector<std::string> command = {"convert", folder / "poses.npz"};
  for (const char* name : {"a.npz", "a.json", "a.npy", "a.csv", "a.trc", "a.c3d", "a.bvh", "a.glb"})
    command.push_back(folder / name);
  for (const char* name : {"angles.csv", "angles.png", "angles.svg"}) {
    command.insert(command.end(), {"--angles", folder / name});
  }
  const ProgramOutcome written = RunVideopose(command);
  ASSERT_EQ(written.exit_code, 0) << written.err;
  EXPECT_THAT(written.err, IsEmpty());
  EXPECT_THAT(written.out, HasSubstr("50 frames, 1 person"));
  EXPECT_EQ(NamesIn(folder).size(), 12U);
  EXPECT_THAT(Contents(folder / "a.glb"), testing::StartsWith("glTF"));
  EXPECT_THAT(Contents(folder / "angles.svg"), HasSubstr("<svg"));
  EXPECT_THAT(Contents(folder / "angles.csv"), HasSubstr("left_knee_flexion_deg"));

  for (const auto& [name, what] :
       {std::pair{"a.npz", "poses: 1 person, 50 frames, 25 frames per second, 17 joints"},
        {"a.json", "poses: 1 person, 50 frames"},
        {"a.csv", "poses: 1 person, 50 frames"},
        {"a.trc", "markers (TRC): 17 of them, 50 frames, 25 frames per second, mm"},
        {"a.c3d", "markers (C3D): 17 of them, 50 frames, 25 frames per second, mm"},
        {"a.bvh", "motion (BVH): 21 joints, 50 frames, 25 frames per second"},
        {"a.glb", "binary glTF"},
        // Begins with the byte of a C3D's key, too.
        {"angles.png", "images"}}) {
    EXPECT_THAT(RunVideopose({"info", folder / name}).out, HasSubstr(what)) << name;
  }

  // Text has 0.1 mm or better; BVH makes rigid bones of bones that are rigid already.
  for (const char* name : {"a.npz", "a.json", "a.npy", "a.csv", "a.trc", "a.c3d", "a.bvh"}) {
    const ProgramOutcome read =
        RunVideopose({"convert", folder / name, folder / "back.json", "-q"});
    ASSERT_EQ(read.exit_code, 0) << name << read.err;
    EXPECT_THAT(read.out + read.err, IsEmpty()) << name;
    const Motion back = ReadPoses(folder / "back.json").motion;
    EXPECT_NEAR(back.fps, 25, 1e-3) << name;
    EXPECT_LT(DifferenceInMetres(back, Figure().motion), 2e-3F) << name;
  }
}

TEST(ExportsTest, ConvertRefusesInOneLineAndWritesNothing) {
  const fs::path folder = EmptyFolder("convert_wrong");
  WritePoses(folder / "poses.npz", Figure().motion, nullptr);
  const fs::path poses = folder / "poses.npz";
  const auto outcome = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "convert");
    ProgramOutcome result = RunVideopose(words);
    EXPECT_EQ(result.error_line_count(), 1) << result.err;
    return result;
  };
  EXPECT_EQ(outcome({poses}).exit_code, 2);
  EXPECT_EQ(outcome({poses, folder / "a.fbx"}).exit_code, 1);
  EXPECT_EQ(outcome({poses, poses}).exit_code, 1);
  EXPECT_EQ(outcome({poses, folder / "a.csv", folder / "none/b.csv"}).exit_code, 1);
  EXPECT_EQ(outcome({poses, "--angles", folder / "a.bvh"}).exit_code, 1);
  EXPECT_EQ(outcome({folder / "none.npz", folder / "a.csv"}).exit_code, 1);
  EXPECT_EQ(outcome({FigureClip(), folder / "a.csv"}).exit_code, 1) << "a video";
  EXPECT_THAT(NamesIn(folder), testing::ElementsAre("poses.npz"));
}

TEST(ExportsTest, VideoWritesThemToo) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("video_exports");
  const ProgramOutcome result = RunVideopose(
      {"video", FigureClip(), "--max-frames", "12", "--detector", "lite", "--export",
       folder / "a.npz", "--export", folder / "a.bvh", "--export", folder / "a.glb", "--export",
       folder / "a.csv", "--angles", folder / "angles.csv", "--angles", folder / "angles.png"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(NamesIn(folder).size(), 6U);
  const Motion poses = ReadPoses(folder / "a.npz").motion;
  EXPECT_EQ(poses.frame_count, 12);
  EXPECT_LT(DifferenceInMetres(ReadMotion(folder / "a.csv", kReadsFps).motion, poses), 1e-3F);
}

TEST(ExportsTest, RunWritesWhatItDraws) {
  const fs::path folder = EmptyFolder("run_exports");
  KeypointSequence keypoints = Figure().keypoints;
  keypoints.fps = 50;
  WriteKeypoints(folder / "figure.npz", keypoints);
  const ProgramOutcome result = RunVideopose({"run",
                                              "-d",
                                              "custom",
                                              "-k",
                                              folder / "figure.npz",
                                              "-c",
                                              SourceFile("models"),
                                              "--evaluate",
                                              "lifter.bin",
                                              "--render",
                                              "--viz-subject",
                                              "figure",
                                              "--viz-action",
                                              "custom",
                                              "--export",
                                              folder / "a.csv",
                                              "--export",
                                              folder / "a.bvh",
                                              "--angles",
                                              folder / "a.svg"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(NamesIn(folder), testing::ElementsAre("a.bvh", "a.csv", "a.svg", "figure.npz"));
  const Motion motion = ReadMotion(folder / "a.csv", kReadsFps).motion;
  EXPECT_EQ(motion.frame_count, 50);
  EXPECT_NEAR(motion.fps, 50, 0.01) << "the keypoints' frame rate, as there is no video";
}

}  // namespace videopose::internal::exports_test

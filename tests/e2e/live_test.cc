// videopose live on files: JSON lines, files, and that Ctrl-C ends it properly.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "clips.h"
#include "program.h"
#include "videopose/videopose.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<nlohmann::json> Lines(const std::string& text) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

TEST(LiveTest, AFileAsJsonLines) {
  SKIP_WITHOUT_MODELS();
  const ProgramOutcome result = RunVideopose({"live", FigureClip()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::vector<nlohmann::json> lines = Lines(result.out);
  ASSERT_EQ(lines.size(), 50U) << "every frame of a file that is not read at its own pace";
  int with_pose = 0;
  for (size_t t = 0; t < lines.size(); ++t) {
    EXPECT_EQ(lines[t]["frame"], t);
    for (const nlohmann::json& person : lines[t]["people"]) {
      EXPECT_EQ(person["id"], 1);
      EXPECT_EQ(person["keypoints"].size(), 17U);
      EXPECT_EQ(person["joints"].size(), 17U);
      ++with_pose;
    }
  }
  EXPECT_GT(with_pose, 45);
  EXPECT_THAT(result.err, HasSubstr("50 frames, 0 dropped; delay"));
}

// With all the future that the model can use, live gives what lift gives.
TEST(LiveTest, WithTheWholeLookAheadItIsWhatLiftGives) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("live_lift");
  const std::string lifter = VIDEOPOSE_SOURCE_DIR "/models/lifter.bin";
  const auto whole = Lifter::Load(lifter).receptive_field() / 2;
  ASSERT_EQ(RunVideopose({"live", FigureClip(), "--lifter", lifter, "--lookahead",
                          std::to_string(whole), "-o", folder / "live.npz", "-q"})
                .exit_code,
            0);
  const PoseClip live = ReadPoses(folder / "live.npz");
  ASSERT_TRUE(live.keypoints.has_value());
  EXPECT_EQ(live.motion.frame_count, 50);
  const Motion expected = Lifter::Load(lifter).Lift(*live.keypoints);
  ASSERT_EQ(live.motion.people.size(), 1U);
  int compared = 0;
  for (int64_t t = 0; t < 50; ++t) {
    if (!live.motion.people[0].has_pose(t, 17)) continue;
    for (size_t j = 0; j < 17; ++j) {
      EXPECT_LT(Norm(live.motion.people[0].frame(t, 17)[j] - expected.people[0].frame(t, 17)[j]),
                1e-4F)
          << "frame " << t;
    }
    ++compared;
  }
  EXPECT_GT(compared, 45);
}

TEST(LiveTest, FilesAndAVideoAtOnce) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("live_files");
  const ProgramOutcome result =
      RunVideopose({"live", FigureClip(), "-o", folder / "a.npz", "-o", folder / "a.mp4", "-o",
                    folder / "a.bvh", "--height", "128"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty()) << "JSON lines only where nothing else was asked for";
  EXPECT_THAT(NamesIn(folder), testing::ElementsAre("a.bvh", "a.mp4", "a.npz"));
  VideoReader reader(folder / "a.mp4");
  Image image;
  int frames = 0;
  while (reader.Read(image)) ++frames;
  EXPECT_EQ(frames, 50);
}

TEST(LiveTest, CtrlCFinishesTheFiles) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("live_stop");
  const ProgramOutcome result =
      RunVideopose({"live", FigureClip(), "--realtime", "-o", folder / "a.npz", "-o",
                    folder / "a.mp4", "--height", "64"},
                   {.interrupt_after = std::chrono::milliseconds(1500)});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  // On a machine that is very busy not even the first frame may have come.
  if (NamesIn(folder).empty()) GTEST_SKIP() << "stopped before the first frame";
  EXPECT_THAT(NamesIn(folder), testing::ElementsAre("a.mp4", "a.npz"));
  EXPECT_GT(ReadPoses(folder / "a.npz").motion.frame_count, 0);
  VideoReader(folder / "a.mp4");
}

TEST(LiveTest, WhatCannotBeIsOneLine) {
  SKIP_WITHOUT_MODELS();
  const auto refusal = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "live");
    const ProgramOutcome result = RunVideopose(arguments);
    EXPECT_NE(result.exit_code, 0);
    EXPECT_EQ(result.error_line_count(), 1) << result.err;
    return result.err;
  };
  EXPECT_THAT(refusal({"/dev/video97"}), HasSubstr("/dev/video97: cannot open"));
  EXPECT_THAT(refusal({FigureClip(), "--lookahead", "4000"}), HasSubstr("this model sees 0 to"));
  EXPECT_THAT(refusal({FigureClip(), "-o", "a.xyz"}), HasSubstr("a.xyz"));
  EXPECT_THAT(refusal({FigureClip(), "--udp", "nowhere"}), HasSubstr("HOST:PORT"));
  EXPECT_THAT(refusal({FigureClip(), "--weights", "f8"}), HasSubstr("--weights"));
}

}  // namespace
}  // namespace videopose

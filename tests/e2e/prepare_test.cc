// SPDX-License-Identifier: Apache-2.0

// From a fresh download to `videopose run --evaluate`: raw data sets become data/, all or nothing.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "program.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/data/prepared_set.h"
#include "videopose/prepare/test_cdf.h"

namespace videopose::internal::prepare_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const fs::path kGoldenRaw = TestData("golden_raw");

// S1/MyPoseFeatures/D3_Positions/Directions.cdf and the other 209, of a person who sways.
fs::path WriteRawH36m(const std::string& name, int frames) {
  const fs::path folder = EmptyFolder(name);
  std::vector<float> body;
  for (int i = 0; i < frames * 96; ++i) {
    const auto t = static_cast<float>(i / 96), j = static_cast<float>(i % 96);
    body.push_back(15 * j + 100 * std::sin(0.2F * t + j));
  }
  const std::string cdf = MakePoseCdf(frames, body);
  for (const std::string_view subject : Human36mSubjects()) {
    const fs::path positions = folder / subject / "MyPoseFeatures/D3_Positions";
    fs::create_directories(positions);
    for (const std::string_view action : Human36mActions()) {
      for (const char* take : {"", " 1"}) {
        std::ofstream(positions / fmt::format("{}{}.cdf", action, take), std::ios::binary) << cdf;
      }
    }
  }
  return folder;
}

void ExpectSuccess(const ProgramOutcome& outcome) {
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
}

TEST(PrepareTest, FromRawHuman36mToEvaluation) {
  const fs::path raw = WriteRawH36m("prepare_raw", 15), folder = EmptyFolder("prepare_data");
  const ProgramOptions there{.working_folder = folder};
  const ProgramOutcome prepared = RunVideopose({"prepare", "h36m", raw}, there);
  ExpectSuccess(prepared);
  EXPECT_THAT(prepared.out, AllOf(HasSubstr("wrote data/data_3d_h36m.npz"),
                                  HasSubstr("wrote data/data_2d_h36m_gt.npz")));
  EXPECT_THAT(NamesIn(folder / "data"),
              UnorderedElementsAre("data_3d_h36m.npz", "data_2d_h36m_gt.npz"));

  const ProgramOutcome info = RunVideopose({"info", "data/data_3d_h36m.npz"}, there);
  EXPECT_THAT(info.out, AllOf(HasSubstr("S11       29 actions, 435 frames of 32 joints"),
                              HasSubstr("Photo 1"), HasSubstr("together  3135 frames")));

  const std::vector<std::string> run = {"run", "-k", "gt", "-arc",      "3,3",
                                        "-ch", "8",  "-c", "checkpoint"};
  const auto and_also = [&](std::vector<std::string> more) {
    more.insert(more.begin(), run.begin(), run.end());
    return RunVideopose(more, there);
  };
  ExpectSuccess(and_also({"-e", "1", "-s", "20", "--checkpoint-frequency", "1"}));
  const ProgramOutcome evaluated = and_also({"--evaluate", "epoch_1.bin"});
  ExpectSuccess(evaluated);
  // S9 has 30 recordings and S11 29, each seen by four cameras.
  EXPECT_THAT(evaluated.out, AllOf(HasSubstr("MPJPE"), HasSubstr("WalkDog"), HasSubstr("3540")));
}

TEST(PrepareTest, WhatIsThereStaysWithoutForceAndWhenKilled) {
  const fs::path raw = WriteRawH36m("prepare_raw", 100), data = EmptyFolder("prepare_data");
  std::ofstream(data / "data_3d_h36m.npz") << "mine";
  std::ofstream(data / "data_2d_h36m_gt.npz") << "mine too";
  std::vector<std::string> prepare = {"prepare", "h36m", raw, "--data-dir", data};
  const ProgramOutcome refused = RunVideopose(prepare);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.error_line_count(), 1);
  EXPECT_THAT(refused.err, HasSubstr("data_3d_h36m.npz: is there already; --force replaces it"));

  prepare.push_back("--force");
  const ProgramOutcome killed =
      RunVideopose(prepare, {.kill_when = [&] { return NamesIn(data).size() > 2; }});
  EXPECT_EQ(killed.exit_code, 128 + 9);
  EXPECT_EQ(Contents(data / "data_3d_h36m.npz"), "mine");
  EXPECT_EQ(Contents(data / "data_2d_h36m_gt.npz"), "mine too");

  const ProgramOutcome full = RunVideopose(prepare, {.largest_file_bytes = 100'000});
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_EQ(full.error_line_count(), 1) << full.err;
  EXPECT_EQ(Contents(data / "data_3d_h36m.npz"), "mine");

  ExpectSuccess(RunVideopose(prepare));
  EXPECT_GT(fs::file_size(data / "data_3d_h36m.npz"), 1000U);
}

TEST(PrepareTest, MissingAndSurplusFilesAreNamedInOneLine) {
  const fs::path raw = WriteRawH36m("prepare_raw", 2), data = EmptyFolder("prepare_data");
  fs::remove(raw / "S5/MyPoseFeatures/D3_Positions/Eating 1.cdf");
  fs::copy_file(raw / "S6/MyPoseFeatures/D3_Positions/Eating 1.cdf",
                raw / "S6/MyPoseFeatures/D3_Positions/Juggling.cdf");
  std::vector<std::string> prepare = {"prepare", "h36m", raw, "--data-dir", data};
  const ProgramOutcome refused = RunVideopose(prepare);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.error_line_count(), 1);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("S5 Eating (a take missing)"),
                    HasSubstr("S6 Juggling (no such action)"), HasSubstr("--partial")));
  EXPECT_THAT(NamesIn(data), IsEmpty());
  prepare.push_back("--partial");
  const ProgramOutcome partial = RunVideopose(prepare);
  ExpectSuccess(partial);
  EXPECT_THAT(partial.out, AllOf(HasSubstr("without S5 Eating"), HasSubstr("without S6 Juggling")));
}

TEST(PrepareTest, FromRawHumanEvaToEvaluation) {
  const ProgramOptions there{.working_folder = EmptyFolder("prepare_data")};
  ExpectSuccess(RunVideopose({"prepare", "humaneva", kGoldenRaw / "humaneva", "--detections",
                              kGoldenRaw / "humaneva_2d", "-o", "detectron_pt_coco", "--partial"},
                             there));
  const ProgramOutcome evaluated = RunVideopose({"run",
                                                 "-d",
                                                 "humaneva15",
                                                 "-k",
                                                 "detectron_pt_coco",
                                                 "-str",
                                                 "Train/S1",
                                                 "-ste",
                                                 "Validate/S1",
                                                 "-a",
                                                 "Box",
                                                 "--by-subject",
                                                 "-arc",
                                                 "3,3,3",
                                                 "-ch",
                                                 "48",
                                                 "-c",
                                                 TestData("golden/ck_he"),
                                                 "--evaluate",
                                                 "epoch_1.bin"},
                                                there);
  ExpectSuccess(evaluated);
  EXPECT_THAT(evaluated.out, AllOf(HasSubstr("Box"), HasSubstr("1107")));
}

}  // namespace videopose::internal::prepare_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/motion_files/trc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <random>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/motion_files/text_table.h"

namespace videopose::internal::trc_test {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

MarkerTrial TwoMarkers() {
  return {.rate_hz = 30000.0 / 1001,
          .first_frame = 1,
          .units = "mm",
          .labels = {"LKnee", "Head"},
          .points = Tensor({3, 2, 3}, {1.5F, -2, 3, 100, 200.25F, 300, 4, 5, 6, kNone, kNone, kNone,
                                       kNone, kNone, kNone, 7, 8, 9})};
}

fs::path Temporary(const std::string& name) { return TestFolder() / name; }

void Write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string MessageFor(const std::string& text) {
  const fs::path path = Temporary("wrong.trc");
  Write(path, text);
  try {
    ReadTrc(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "(no error)";
}

TEST(Trc, IsWrittenAsOpenSimReadsIt) {
  const fs::path path = Temporary("two.trc");
  WriteTrc(path, TwoMarkers());
  EXPECT_EQ(ReadFile(path),
            "PathFileType\t4\t(X/Y/Z)\ttwo.trc\n"
            "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\t"
            "OrigNumFrames\n"
            "29.97002997\t29.97002997\t3\t2\tmm\t29.97002997\t1\t3\n"
            "Frame#\tTime\tLKnee\t\t\tHead\t\t\n"
            "\t\tX1\tY1\tZ1\tX2\tY2\tZ2\n"
            "\n"
            "1\t0.000000\t1.5000\t-2.0000\t3.0000\t100.0000\t200.2500\t300.0000\n"
            "2\t0.033367\t4.0000\t5.0000\t6.0000\tNaN\tNaN\tNaN\n"
            "3\t0.066733\tNaN\tNaN\tNaN\t7.0000\t8.0000\t9.0000\n");
}

TEST(Trc, ReadBackIsTheSame) {
  const fs::path path = Temporary("again.trc");
  const MarkerTrial trial = TwoMarkers();
  WriteTrc(path, trial);
  const MarkerTrial read = ReadTrc(path);
  EXPECT_NEAR(read.rate_hz, trial.rate_hz, 1e-8);
  EXPECT_EQ(read.first_frame, 1);
  EXPECT_EQ(read.units, "mm");
  EXPECT_EQ(read.labels, trial.labels);
  EXPECT_EQ(read.points.shape, trial.points.shape);
  EXPECT_THAT(read.points.values,
              testing::Pointwise(testing::NanSensitiveFloatEq(), trial.points.values));
}

// Values as they stand in the files.
TEST(Trc, ReadsFilesOfPose2Sim) {
  const fs::path folder = TestData("fixtures/trc");
  const MarkerTrial trial = ReadTrc(folder / "pose2sim_multi_P1_0-100.trc");
  EXPECT_EQ(trial.rate_hz, 60);
  EXPECT_EQ(trial.units, "m");
  EXPECT_EQ(trial.points.shape, (std::vector<int64_t>{100, 21, 3}));
  EXPECT_EQ(trial.labels.front(), "RHip");
  EXPECT_EQ(trial.labels.back(), "LWrist");
  EXPECT_FLOAT_EQ(trial.points.values[62], -1.1430172341114262F);
  EXPECT_FLOAT_EQ(trial.points.values[63], -1.0510294468956867F);
  // Its first line has spaces, and a blank line comes before the data.
  const MarkerTrial augmented = ReadTrc(folder / "pose2sim_static_0-12_LSTM.trc");
  EXPECT_EQ(augmented.labels.size(), 64U);
  EXPECT_FLOAT_EQ(augmented.points.values[64 * 3 - 1], -0.4774273F);
}

TEST(Trc, MissingMarkersMayBeEmptyAndLinesEndAsWindowsDoes) {
  const fs::path path = Temporary("windows.trc");
  Write(path,
        "PathFileType\t4\t(X/Y/Z)\tx.trc\r\nDataRate\tNumMarkers\tUnits\r\n100\t2\tmm\r\n"
        "Frame#\tTime\tA\t\t\tB\t\t\t\r\n\t\tX1\tY1\tZ1\tX2\tY2\tZ2\t\r\n"
        "7\t0.06\t1\t2\t3\t\t\t\t\r\n8\t0.07\t\t\t\t4\t5\t6\t\r\n");
  const MarkerTrial trial = ReadTrc(path);
  EXPECT_EQ(trial.first_frame, 7);
  EXPECT_THAT(trial.points.values,
              testing::Pointwise(
                  testing::NanSensitiveFloatEq(),
                  std::vector<float>{1, 2, 3, kNone, kNone, kNone, kNone, kNone, kNone, 4, 5, 6}));
}

TEST(Trc, SaysInOneLineWhatIsWrong) {
  const std::string head = "PathFileType\t4\t(X/Y/Z)\tx\nDataRate\tNumMarkers\tUnits\n";
  const std::string names = "Frame#\tTime\tA\t\t\n\t\tX1\tY1\tZ1\n";
  EXPECT_THAT(MessageFor(""), HasSubstr("does not begin with PathFileType"));
  EXPECT_THAT(MessageFor(head), HasSubstr("ends within its header"));
  EXPECT_THAT(MessageFor(head + "x\t1\tmm\n" + names), HasSubstr("DataRate is 'x'"));
  EXPECT_THAT(MessageFor(head + "0\t1\tmm\n" + names), HasSubstr("not frames per second"));
  EXPECT_THAT(MessageFor(head + "30\t1e18\tmm\n" + names), HasSubstr("found 1"));
  EXPECT_THAT(MessageFor(head + "30\t1e300\tmm\n" + names), HasSubstr("names of 1e+300 markers"));
  EXPECT_THAT(MessageFor(head + "30\t2\tmm\n" + names), HasSubstr("names of 2 markers"));
  EXPECT_THAT(MessageFor(head + "30\t1\tmm\n" + names + "1\t0\t1\t2\n"),
              HasSubstr("line 6: expected 5 fields, found 4"));
  EXPECT_THAT(MessageFor(head + "30\t1\tmm\n" + names + "1\t0\t1\t2\tthree\n"),
              HasSubstr("line 6: 'three' is not a number"));
  EXPECT_THROW(ReadTrc(Temporary("no such file.trc")), Error);
}

TEST(Trc, SurvivesEveryCutAndFlippedBytes) {
  const fs::path path = Temporary("whole.trc");
  WriteTrc(path, TwoMarkers());
  const std::string whole = ReadFile(path);
  std::mt19937 random(1);
  int errors = 0;
  for (size_t i = 0; i < 2 * whole.size(); i += 3) {
    std::string text = whole.substr(0, i % whole.size());
    if (i >= whole.size()) {
      text = whole;
      text[i - whole.size()] = static_cast<char>(random());
    }
    errors += MessageFor(text) != "(no error)" ? 1 : 0;
  }
  EXPECT_GT(errors, 60);
}

}  // namespace videopose::internal::trc_test

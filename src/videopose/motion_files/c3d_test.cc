// SPDX-License-Identifier: Apache-2.0

#include "videopose/motion_files/c3d.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <random>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/motion_files/text_table.h"

namespace videopose::internal::c3d_test {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

fs::path Temporary(const std::string& name) { return TestFolder() / name; }

MarkerTrial TwoMarkers() {
  return {
      .rate_hz = 29.97F,
      .first_frame = 1,
      .units = "mm",
      .labels = {"LKnee", "A longer name"},
      .points = Tensor({2, 2, 3}, {1.5F, -2, 3, 100, 200.25F, 300, 4, 5, 6, kNone, kNone, kNone})};
}

template <typename T>
T At(const std::string& bytes, size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

void Write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string MessageFor(const std::string& bytes) {
  const fs::path path = Temporary("wrong.c3d");
  Write(path, bytes);
  try {
    ReadC3d(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "(no error)";
}

// Offsets from the user guide's tables, counted by hand.
TEST(C3d, HeaderWordsAreRight) {
  const fs::path path = Temporary("words.c3d");
  WriteC3d(path, TwoMarkers(), true);
  const std::string bytes = ReadFile(path);
  EXPECT_EQ(bytes.size() % 512, 0U);
  EXPECT_EQ(bytes[0], 2);
  EXPECT_EQ(bytes[1], 0x50);
  EXPECT_EQ(At<uint16_t>(bytes, 2), 2);  // points
  EXPECT_EQ(At<uint16_t>(bytes, 4), 0);  // analog
  EXPECT_EQ(At<uint16_t>(bytes, 6), 1);  // first frame
  EXPECT_EQ(At<uint16_t>(bytes, 8), 2);  // last frame
  EXPECT_LT(At<float>(bytes, 12), 0);    // floats
  const auto data_block = At<uint16_t>(bytes, 16);
  EXPECT_FLOAT_EQ(At<float>(bytes, 20), 29.97F);
  // Parameters: block 2, of as many blocks as lie before the data, for Intel.
  EXPECT_EQ(static_cast<uint8_t>(bytes[512 + 2]) + 2, data_block);
  EXPECT_EQ(bytes[512 + 3], 84);
  const size_t data = 512 * (data_block - size_t{1});
  EXPECT_EQ(At<float>(bytes, data), 1.5F);
  EXPECT_EQ(At<float>(bytes, data + 12), 0);   // residual: there
  EXPECT_EQ(At<float>(bytes, data + 48), 0);   // the missing marker lies at 0
  EXPECT_EQ(At<float>(bytes, data + 60), -1);  // residual: not there
}

TEST(C3d, ReadBackIsTheSame) {
  const fs::path path = Temporary("again.c3d");
  const MarkerTrial trial = TwoMarkers();
  WriteC3d(path, trial, true);
  const MarkerTrial read = ReadC3d(path);
  EXPECT_FLOAT_EQ(static_cast<float>(read.rate_hz), 29.97F);
  EXPECT_EQ(read.first_frame, 1);
  EXPECT_EQ(read.units, "mm");
  EXPECT_EQ(read.labels, trial.labels);
  EXPECT_EQ(read.points.shape, trial.points.shape);
  EXPECT_THAT(read.points.values,
              testing::Pointwise(testing::NanSensitiveFloatEq(), trial.points.values));
}

TEST(C3d, CountsMoreFramesThanTheHeaderCan) {
  const fs::path path = Temporary("long.c3d");
  constexpr int64_t kFrames = 70'000;
  MarkerTrial trial{
      .rate_hz = 100, .units = "mm", .labels = {"A"}, .points = Tensor({kFrames, 1, 3})};
  for (size_t t = 0; t < kFrames; ++t) trial.points.values[3 * t] = t;
  WriteC3d(path, trial, true);
  EXPECT_EQ(At<uint16_t>(ReadFile(path), 8), 65535);
  const MarkerTrial read = ReadC3d(path);
  ASSERT_EQ(read.points.dim(0), kFrames);
  EXPECT_EQ(read.points.values[3 * 69'999], 69'999);
}

// The numbers were read from the file with a few lines of numpy: the data begin at block 31, 141
// points of 4 floats and 10 analog values in each frame.
TEST(C3d, ReadsAFileOfVicon) {
  const MarkerTrial trial = ReadC3d(TestData("fixtures/c3d/pycgm_ROM_Sample_Static.c3d"));
  EXPECT_EQ(trial.rate_hz, 100);
  EXPECT_EQ(trial.units, "mm");
  EXPECT_EQ(trial.points.shape, (std::vector<int64_t>{275, 141, 3}));
  EXPECT_EQ(trial.labels[0], "LFHD");
  EXPECT_EQ(trial.labels[4], "C7");
  EXPECT_EQ(trial.labels[25], "LTIB");
  EXPECT_FLOAT_EQ(trial.points.values[0], 174.574921F);
  EXPECT_FLOAT_EQ(trial.points.values[3 * (274 * 141 + 25) + 2], 363.930206F);
  const auto missing =
      std::ranges::count_if(trial.points.values, [](float v) { return std::isnan(v); });
  EXPECT_EQ(missing, 0);
}

TEST(C3d, SaysInOneLineWhatIsWrong) {
  const fs::path path = Temporary("whole.c3d");
  WriteC3d(path, TwoMarkers(), true);
  const std::string whole = ReadFile(path);
  EXPECT_THAT(MessageFor(""), HasSubstr("not a .c3d file"));
  EXPECT_THAT(MessageFor(std::string(2000, 'x')), HasSubstr("not a .c3d file"));
  EXPECT_THAT(MessageFor(whole.substr(0, 512)), HasSubstr("within its parameters"));
  EXPECT_THAT(MessageFor(whole.substr(0, whole.size() - 512)), HasSubstr("within its data"));
  std::string dec = whole;
  dec[512 + 3] = 85;
  EXPECT_THAT(MessageFor(dec), HasSubstr("DEC"));
  EXPECT_THROW(ReadC3d(Temporary("no such file.c3d")), Error);
}

TEST(C3d, SurvivesEveryCutAndFlippedBytes) {
  const fs::path path = Temporary("whole.c3d");
  WriteC3d(path, TwoMarkers(), true);
  const std::string whole = ReadFile(path);
  std::mt19937 random(1);
  int errors = 0;
  for (size_t i = 0; i < whole.size(); i += 23) {
    errors += MessageFor(whole.substr(0, i)) != "(no error)" ? 1 : 0;
  }
  for (size_t i = 0; i < whole.size(); i += 3) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(random());
    errors += MessageFor(damaged) != "(no error)" ? 1 : 0;
  }
  EXPECT_GT(errors, 60);
}

}  // namespace videopose::internal::c3d_test

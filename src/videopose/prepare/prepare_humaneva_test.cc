// SPDX-License-Identifier: Apache-2.0

#include "videopose/prepare/prepare_humaneva.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/data/test_golden_set.h"
#include "videopose/prepare/humaneva_frames.h"
#include "videopose/prepare/test_mat.h"

namespace videopose::internal::prepare_humaneva_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const fs::path kGolden = TestData("golden_raw");
// The reference took recordings, and in the detections subjects too, in directory order.
const std::vector<GoldenTolerance> kExact = {{}, {.any_order = true}, {}};
const std::vector<GoldenTolerance> kAnyOrder = {{.any_order = true}, {.any_order = true}, {}};

class PrepareHumanEvaTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.input = kGolden / "humaneva";
    options_.data_dir = EmptyFolder("humaneva_data");
    options_.partial = true;  // one of the fifteen recordings
  }
  std::string Message() const {
    try {
      PrepareHumanEva(options_, {});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  PrepareOptions options_;
};

TEST_F(PrepareHumanEvaTest, GoldenSets) {
  const PreparedSet set =
      PrepareHumanEva(options_, {.folder = kGolden / "humaneva_2d", .name = "cpn_pt_coco"});
  EXPECT_THAT(set.left_out, testing::Contains("Train/S3 Jog 1 (missing)"));
  const fs::path expected = kGolden / "out/humaneva";
  for (const char* name : {"data_3d_humaneva15.npz", "data_2d_humaneva15_gt.npz"}) {
    ExpectGoldenSet(options_.data_dir / name, expected / name, kExact);
  }
  const char* detections = "data_2d_humaneva15_cpn_pt_coco.npz";
  ExpectGoldenSet(options_.data_dir / detections, expected / detections, kAnyOrder);
}

TEST_F(PrepareHumanEvaTest, RecordingsWithoutDetectionsAreNamed) {
  const fs::path detections = EmptyFolder("humaneva_detections");
  fs::copy(kGolden / "humaneva_2d", detections, fs::copy_options::recursive);
  const auto left_out = [&] {
    options_.data_dir = EmptyFolder("humaneva_data");
    return PrepareHumanEva(options_, {.folder = detections, .name = "cpn_pt_coco"}).left_out;
  };
  fs::remove(detections / "S1/Box_1_(C2).avi.npz");
  EXPECT_THAT(left_out(), testing::Contains("S1 Box 1 (not of all three cameras)"));
  fs::remove_all(detections / "S1");
  EXPECT_THAT(left_out(), testing::Contains("Train/S1 Box 1 (no detections)"));
}

TEST_F(PrepareHumanEvaTest, RecordingsOfAnotherLengthAreErrors) {
  options_.input = EmptyFolder("humaneva_raw");
  fs::create_directories(options_.input / "Train/S1");
  fs::copy(kGolden / "humaneva/Train/S1/Box_1.mat", options_.input / "Train/S1/Jog_1.mat");
  EXPECT_THAT(Message(), HasSubstr("expected poses_3d (373, J, 3)"));
}

TEST_F(PrepareHumanEvaTest, TakesExtensionsInAnyCase) {
  options_.input = EmptyFolder("humaneva_raw");
  fs::create_directories(options_.input / "Train/S1");
  fs::copy(kGolden / "humaneva/Train/S1/Box_1.mat", options_.input / "Train/S1/Box_1.MAT");
  const fs::path detections = EmptyFolder("humaneva_detections");
  fs::copy(kGolden / "humaneva_2d", detections, fs::copy_options::recursive);
  fs::rename(detections / "S1/Box_1_(C2).avi.npz", detections / "S1/Box_1_(C2).AVI.NPZ");
  EXPECT_THAT(PrepareHumanEva(options_, {.folder = detections, .name = "cpn_pt_coco"}).left_out,
              Not(Contains(AnyOf(HasSubstr("Train/S1 Box 1"), HasSubstr("S1 Box 1 (not of")))));
}

TEST_F(PrepareHumanEvaTest, OtherFoldersAreErrors) {
  options_.input = EmptyFolder("humaneva_raw");
  EXPECT_THAT(Message(), HasSubstr("has no Train/S1"));
  fs::create_directories(options_.input / "Train/S1");
  std::ofstream(options_.input / "Train/S1/Jumping_1.mat") << "text";
  EXPECT_THAT(Message(), HasSubstr("has no Train/S1"));
  std::ofstream(options_.input / "Train/S1/Jog_1.mat") << "text";
  EXPECT_THAT(Message(), HasSubstr("Jog_1.mat: is not a MATLAB file"));
}

// Synthetic recordings: a person 1.4 m high, seen by three cameras; the capture of frame 2 failed.
class OwnHumanEvaTest : public PrepareHumanEvaTest {
 protected:
  void SetUp() override {
    PrepareHumanEvaTest::SetUp();
    options_.partial = false;
    options_.input = EmptyFolder("humaneva_own");
    for (const HumanEvaRecording& recording : HumanEvaRecordings()) {
      for (const bool is_train : {true, false}) {
        const HumanEvaFrameRange range = is_train ? recording.train : recording.validate;
        WriteMat(FileOf(is_train ? "Train" : "Validate", recording),
                 Poses(range.end - range.begin));
      }
    }
  }
  fs::path FileOf(const char* part, const HumanEvaRecording& recording) const {
    std::string action(recording.action);
    std::replace(action.begin(), action.end(), ' ', '_');
    return options_.input / part / recording.subject / (action + ".mat");
  }
  static NamedTensors Poses(int64_t frames, int64_t joints = 15) {
    BasicTensor<double> poses_3d({frames, joints, 3}), poses_2d({3, frames, joints, 2});
    const auto fill = [](BasicTensor<double>& poses, int64_t row) {
      for (size_t i = 0; i < poses.values.size(); ++i) {
        poses.values[i] = static_cast<double>(i % static_cast<size_t>(row)) * 1400 / 45;
      }
    };
    fill(poses_3d, joints * 3);
    fill(poses_2d, joints * 2);
    poses_3d.values[2 * joints * 3 + 1] = NAN;
    return {{"poses_3d", std::move(poses_3d)}, {"poses_2d", std::move(poses_2d)}};
  }
};

TEST_F(OwnHumanEvaTest, MissingAndSurplusRecordingsAreNamed) {
  EXPECT_EQ(Message(), "");
  options_.force = true;
  const HumanEvaRecording& jog = *FindHumanEvaRecording("S3", "Jog 1");
  fs::remove(FileOf("Validate", jog));
  std::ofstream(options_.input / "Train/S1/Jumping_1.mat") << "text";
  EXPECT_THAT(Message(), AllOf(HasSubstr("Validate/S3 Jog 1 (missing)"),
                               HasSubstr("Jumping_1.mat (no such recording)")));
  options_.partial = true;
  const PreparedSet set = PrepareHumanEva(options_, {});
  EXPECT_EQ(set.left_out.size(), 2U);
  const PickleValue positions = NpzReader(set.written.at(0)).ReadObject("positions_3d");
  EXPECT_THAT(KeysOf(positions.At("Validate/S3", "")), Not(Contains("Jog 1 chunk0")));
  EXPECT_THAT(KeysOf(positions.At("Train/S3", "")),
              testing::IsSupersetOf({"Jog 1 chunk0", "Jog 1 chunk2"}));
}

TEST_F(OwnHumanEvaTest, WhatIsNoPersonIsNamed) {
  const HumanEvaRecording& box = *FindHumanEvaRecording("S2", "Box 1");
  const fs::path file = FileOf("Train", box);
  const int64_t frames = box.train.end - box.train.begin;
  const auto message_of = [&](const NamedTensors& poses) {
    WriteMat(file, poses);
    const std::string message = Message();
    EXPECT_THAT(message, HasSubstr("Train/S2/Box_1.mat"));
    return message;
  };
  NamedTensors poses = Poses(frames);
  poses[0].second.values[5 * 45] = INFINITY;
  EXPECT_THAT(message_of(poses), HasSubstr("frame 5: inf"));
  for (const double value : {NAN, -INFINITY}) {
    poses = Poses(frames);
    poses[1].second.values[frames * 30 + 4 * 30] = value;
    EXPECT_THAT(message_of(poses),
                AllOf(HasSubstr("camera 2: frame 4: "), HasSubstr("is no coordinate")));
  }
  poses = Poses(frames);
  for (double& value : poses[1].second.values) value /= 1400;
  EXPECT_THAT(message_of(poses), AllOf(HasSubstr("camera 1: frame 0"), HasSubstr("are no pixels")));
  poses = Poses(frames);
  for (double& value : poses[0].second.values) value *= 1000;
  EXPECT_THAT(message_of(poses), AllOf(HasSubstr("frame 0: "), HasSubstr("millimetres")));
  for (double& value : poses[0].second.values) value /= 1e6;
  EXPECT_THAT(message_of(poses), AllOf(HasSubstr("frame 0: "), HasSubstr("millimetres")));
  EXPECT_THAT(message_of(Poses(frames, 16)), HasSubstr("of 15 or 20 joints"));
  EXPECT_THAT(message_of(Poses(frames, 20)), HasSubstr("the same in all files"));
  EXPECT_TRUE(fs::is_empty(options_.data_dir));
}

TEST_F(OwnHumanEvaTest, TruncatedFilesAreNamed) {
  const fs::path file = FileOf("Validate", *FindHumanEvaRecording("S1", "Gestures 1"));
  const auto size = fs::file_size(file);
  for (const unsigned part : {9U, 5U, 1U, 0U}) {
    fs::resize_file(file, size * part / 10);
    EXPECT_THAT(Message(), AllOf(HasSubstr("Validate/S1/Gestures_1.mat"), Not(HasSubstr("\n"))));
  }
}

TEST_F(OwnHumanEvaTest, ExistingFilesStayWithoutForce) {
  std::ofstream(options_.data_dir / "data_2d_humaneva15_gt.npz") << "mine";
  EXPECT_THAT(Message(), HasSubstr("data_2d_humaneva15_gt.npz: is there already"));
  EXPECT_FALSE(fs::exists(options_.data_dir / "data_3d_humaneva15.npz"));
  options_.force = true;
  EXPECT_EQ(Message(), "");
  EXPECT_TRUE(fs::exists(options_.data_dir / "data_3d_humaneva15.npz"));
}

}  // namespace videopose::internal::prepare_humaneva_test

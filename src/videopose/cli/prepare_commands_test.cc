// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/file_info.h"
#include "videopose/cli/usage_error.h"
#include "videopose/data/prepared_set.h"
#include "videopose/prepare/test_cdf.h"

namespace videopose::internal::prepare_commands_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class PrepareCommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = EmptyFolder("prepare_commands");
    fs::create_directories(folder_ / "raw/S1");
    for (const char* camera : {"54138969", "55011271", "58860488", "60457274"}) {
      NpzWriter writer(folder_ / "raw/S1" / fmt::format("Eating.{}.mp4.npz", camera));
      Tensor keypoints({3, 17, 2});
      for (size_t i = 0; i < keypoints.values.size(); ++i) {
        keypoints.values[i] = static_cast<float>(10 * (i % 34));
      }
      writer.Add("keypoints", MakeNpy(std::move(keypoints)));
      writer.Close();
    }
  }
  static int Run(std::initializer_list<std::string> words) {
    std::vector<const char*> arguments = {"videopose"};
    for (const std::string& word : words) arguments.push_back(word.c_str());
    return RunCommandLine(static_cast<int>(arguments.size()), arguments.data());
  }
  int PrepareDetections() const {
    return Run({"prepare", "h36m-detections", folder_ / "raw", "-o", "mine_coco", "--data-dir",
                folder_ / "data", "--partial", "--quiet"});
  }

  fs::path folder_;
};

TEST_F(PrepareCommandsTest, WritesADataSetThatInfoDescribes) {
  EXPECT_EQ(PrepareDetections(), 0);
  EXPECT_THAT(
      DescribeFile(folder_ / "data/data_2d_h36m_mine_coco.npz"),
      AllOf(HasSubstr("17, coco"), HasSubstr("1 actions, 4 cameras, 12 frames of 17 joints"),
            HasSubstr("Eating"), HasSubstr("x 0 to 320, y 10 to 330")));
  EXPECT_THROW(PrepareDetections(), Error) << "it is there already";
}

TEST_F(PrepareCommandsTest, WordsThatMakeNoSense) {
  EXPECT_THROW(Run({"prepare", "h36m-detections", folder_ / "raw"}), UsageError);
  EXPECT_THROW(Run({"prepare", "h36m", folder_ / "none"}), UsageError);
  EXPECT_THROW(Run({"prepare", "humaneva", folder_ / "raw", "-o", "x"}), UsageError);
  EXPECT_THROW(Run({"prepare", "kinect", folder_ / "raw"}), UsageError);
}

TEST_F(PrepareCommandsTest, InfoDescribesRawRecordings) {
  const fs::path cdf = folder_ / "Walking.cdf";
  std::ofstream(cdf, std::ios::binary) << MakePoseCdf(2, std::vector<float>(192));
  EXPECT_THAT(DescribeFile(cdf),
              AllOf(HasSubstr("NASA CDF, row major"),
                    HasSubstr("1 records of (2, 96), CDF type 44: 2 frames of 32 joints")));
}

TEST(RawFileInfoTest, DescribesWhatDataSetsComeIn) {
  const fs::path raw = TestData("golden_raw");
  EXPECT_THAT(DescribeFile(raw / "h36m.zip"), HasSubstr("h36m/S1/MyPoses/3D_positions/*.h5"));
  EXPECT_THAT(DescribeFile(raw / "detectron_h36m/S1/Directions.55011271.mp4.npz"),
              AllOf(HasSubstr("recording   S1, Directions, camera 55011271"),
                    HasSubstr("6 frames of 17 joints; x ")));
  EXPECT_THROW(DescribeFile(raw / "h36m.zip", {.max_unpacked_gib = 0}), Error);
  EXPECT_THAT(DescribeFile(raw / "humaneva/Train/S1/Box_1.mat"),
              HasSubstr("poses_3d         double (404, 15, 3)"));
  EXPECT_THAT(DescribeFile(raw / "out/humaneva/data_3d_humaneva15.npz"),
              AllOf(HasSubstr("motion capture, metres"), HasSubstr("Box 1 chunk6")));
}

}  // namespace videopose::internal::prepare_commands_test

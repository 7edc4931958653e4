// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/import_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/files.h"
#include "videopose/formats/file_formats.h"

namespace videopose::internal::import_flags_test {

namespace fs = std::filesystem;

ImportOptions Parse(std::vector<std::string> arguments) {
  ImportOptions options;
  CLI::App app;
  AddImportOptions(app, options);
  AddImportRateOption(app, options);
  std::reverse(arguments.begin(), arguments.end());
  app.parse(std::move(arguments));
  return options;
}

TEST(ImportFlags, SayWhatTheFileDoesNot) {
  const ImportOptions options =
      Parse({"--layout", "body25", "--size", "1920x1080", "--fps", "29.97"});
  EXPECT_EQ(options.layout, "body25");
  EXPECT_EQ(options.width_px, 1920);
  EXPECT_EQ(options.height_px, 1080);
  EXPECT_DOUBLE_EQ(options.fps, 29.97);
  EXPECT_EQ(Parse({}).layout, std::nullopt);
}

TEST(ImportFlags, RejectWhatIsNoSizeOrRate) {
  for (const char* size :
       {"1920", "1920x", "x1080", "1920x1080x3", "0x10", "-5x10", "1e3x10", "99999999x5", "a"}) {
    EXPECT_THROW(Parse({"--size", size}), CLI::ValidationError) << size;
  }
  for (const char* fps : {"0", "-25", "1e9", "nan"}) {
    EXPECT_THROW(Parse({"--fps", fps}), CLI::ParseError) << fps;
  }
}

TEST(ImportFlags, PosesAreToldFromKeypoints) {
  const fs::path folder = EmptyFolder("import_flags");
  KeypointSequence keypoints{
      .layout = Coco17(), .fps = 25, .width_px = 64, .height_px = 48, .frame_count = 1};
  keypoints.people.push_back({.keypoints = {1, 17, Keypoint{1, 2, 1}}});
  Motion motion{
      .skeleton = Human36m17(), .fps = 25, .width_px = 64, .height_px = 48, .frame_count = 1};
  motion.people.push_back({.joints_in_cam = {1, 17}});
  for (const char* extension : {".npz", ".json"}) {
    const fs::path of_keypoints = folder / (std::string("keypoints") + extension),
                   of_poses = folder / (std::string("poses") + extension);
    WriteKeypoints(of_keypoints, keypoints);
    WritePoses(of_poses, motion, &keypoints);
    EXPECT_FALSE(HoldsPoses(of_keypoints)) << extension;
    EXPECT_TRUE(HoldsPoses(of_poses)) << extension;
  }
  EXPECT_FALSE(HoldsPoses(folder));
  EXPECT_THROW(HoldsPoses(folder / "nothing"), Error);
  std::ofstream(folder / "text.csv") << "nose_x,nose_y\n";
  EXPECT_FALSE(HoldsPoses(folder / "text.csv"));
  fs::remove_all(folder);
}

}  // namespace videopose::internal::import_flags_test

// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/app/angle_formats.h"
#include "videopose/base/error.h"
#include "videopose/files.h"
#include "videopose/formats/file_formats.h"
#include "videopose/ground/world.h"
#include "videopose/process.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::write_exports_test {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class WriteExportsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = EmptyFolder("videopose_exports");
    const SyntheticMotion walk(Choreography(SyntheticKind::kWalkToAndFro));
    const Camera camera{PlainLens(900, 1280, 720), {WorldFromLevelCamera(), {0, -7, 1.4}}};
    SyntheticClip clip = MakeSyntheticClip(walk, camera, {.fps = 25, .duration_s = 1});
    one_ = clip.motion;
    one_.camera = camera;
    two_ = one_;
    two_.people.push_back(two_.people[0]);
    two_.people[1].id = 7;
  }
  std::string CheckMessage(const ExportPaths& paths, const fs::path& input = {}) const {
    try {
      CheckExports(paths, input);
    } catch (const Error& error) {
      return error.what();
    }
    return "(no error)";
  }

  fs::path folder_;
  Motion one_, two_;
};

TEST_F(WriteExportsTest, AFileForEachOfSeveralPeopleWhereTheFormatHoldsOne) {
  const auto written = WriteExports({.poses = {folder_ / "a.c3d", folder_ / "a.csv"},
                                     .angles = {folder_ / "a.svg", folder_ / "angles.csv"}},
                                    two_, nullptr);
  EXPECT_THAT(written,
              ElementsAre(folder_ / "a_1.c3d", folder_ / "a_7.c3d", folder_ / "a.csv",
                          folder_ / "a_1.svg", folder_ / "a_7.svg", folder_ / "angles.csv"));
  for (const fs::path& path : written) EXPECT_GT(fs::file_size(path), 500U) << path;
  EXPECT_TRUE(IsExported(folder_ / "a.c3d"));
  EXPECT_TRUE(IsExported(folder_ / "a.csv"));
  EXPECT_FALSE(IsExported(folder_ / "a.trc"));
  EXPECT_FALSE(IsExported(folder_ / "b.c3d"));
  EXPECT_THAT(WriteExports({.poses = {folder_ / "b.c3d"}}, one_, nullptr),
              ElementsAre(folder_ / "b.c3d"));
}

TEST_F(WriteExportsTest, NoPersonSeenIsAFileWithoutPosesInEachFormat) {
  Motion empty = one_;
  empty.people.clear();
  const auto written =
      WriteExports({.poses = {folder_ / "a.trc", folder_ / "a.csv"}, .angles = {folder_ / "a.png"}},
                   empty, nullptr);
  EXPECT_THAT(written, ElementsAre(folder_ / "a.trc", folder_ / "a.csv", folder_ / "a.png"));
  EXPECT_TRUE(fs::exists(folder_ / "a.png"));
  Motion unseen = two_;  // of those that were found there is no pose
  for (PersonMotion& person : unseen.people) {
    person.joints_in_cam = {unseen.frame_count, unseen.joint_count(), kNoJoint};
  }
  EXPECT_THAT(WriteExports({.angles = {folder_ / "b.svg"}}, unseen, nullptr),
              ElementsAre(folder_ / "b.svg"));
  const PoseClip read = ReadMotion(folder_ / "a.trc", 0);
  EXPECT_EQ(read.motion.frame_count, one_.frame_count);
  EXPECT_FALSE(read.motion.people[0].has_pose(3));
}

// What each format loses: .npy where the camera stands, text its last digits, BVH that the bones of
// a real lifter are not rigid (these are). 2 mm is beyond all of them and far below a person's
// size.
TEST_F(WriteExportsTest, WhatIsWrittenCanBeReadByContent) {
  for (const char* name : {"a.npz", "a.json", "a.npy", "a.csv", "a.trc", "a.c3d", "a.bvh"}) {
    WriteExports({.poses = {folder_ / name}}, one_, nullptr);
    const fs::path anonymous = folder_ / "anonymous";
    fs::rename(folder_ / name, anonymous);
    Motion read = ReadMotion(anonymous, 25).motion;
    EXPECT_NEAR(read.fps, 25, 1e-3) << name;
    ASSERT_EQ(read.frame_count, one_.frame_count) << name;
    if (!read.camera) read.camera = one_.camera;
    const auto joints = JointsInWorld(read, read.people[0]);
    const auto expected = JointsInWorld(one_, one_.people[0]);
    ASSERT_EQ(joints.size(), expected.size());
    for (size_t i = 0; i < joints.size(); ++i) {
      ASSERT_LT(Norm(joints[i] - expected[i]), 0.002) << name << " " << i;
    }
  }
}

TEST_F(WriteExportsTest, WhatCannotBeWrittenIsSaidBeforeTheWork) {
  EXPECT_EQ(CheckMessage({.poses = {folder_ / "a.trc"}, .angles = {folder_ / "a.png"}}),
            "(no error)");
  EXPECT_THAT(CheckMessage({.poses = {folder_ / "a.fbx"}}),
              HasSubstr("cannot write poses as '.fbx'"));
  EXPECT_THAT(CheckMessage({.poses = {folder_ / "a.fbx"}}), HasSubstr(".c3d"));
  EXPECT_THAT(CheckMessage({.angles = {folder_ / "a.trc"}}), HasSubstr("joint angles as '.trc'"));
  EXPECT_THAT(CheckMessage({.poses = {folder_ / "no" / "a.trc"}}), HasSubstr("does not exist"));
  EXPECT_THAT(CheckMessage({.poses = {folder_ / "a.csv"}, .angles = {folder_ / "a.csv"}}),
              HasSubstr("written twice"));
  std::ofstream(folder_ / "in.npz") << "x";
  EXPECT_THAT(CheckMessage({.poses = {folder_ / "in.npz"}}, folder_ / "in.npz"),
              HasSubstr("overwrite the input"));
}

TEST_F(WriteExportsTest, WhatCannotBeReadIsSaid) {
  EXPECT_THROW(ReadMotion(folder_ / "none.trc", 25), Error);
  EXPECT_THROW(ReadMotion(folder_, 25), Error);
  for (const char* text : {"", "x", "frame,", "PathFileType", "HIERARCHY", "\x02\x50", "{}"}) {
    const fs::path path = folder_ / "wrong";
    std::ofstream(path, std::ios::binary) << text;
    EXPECT_THROW(ReadMotion(path, 25), Error) << text;
  }
}

TEST_F(WriteExportsTest, ExtensionsCountInAnyCase) {
  const ExportPaths paths = {.poses = {folder_ / "a.NPZ", folder_ / "a.Bvh", folder_ / "a.HTML"},
                             .angles = {folder_ / "a.PNG", folder_ / "b.CSV"},
                             .html_video = "a.mp4"};
  EXPECT_EQ(CheckMessage(paths), "(no error)");
  EXPECT_EQ(WriteExports(paths, one_, nullptr).size(), 5U);
  EXPECT_EQ(ReadMotion(folder_ / "a.NPZ", 0).motion.frame_count, one_.frame_count);
  EXPECT_THAT(CheckMessage({.poses = {folder_ / "a.npz"}, .html_video = "a.mp4"}),
              HasSubstr("a page is to show this video"));
}

// The text between the markers of this name.
std::string BetweenMarkers(const std::string& text, const std::string& name) {
  const std::string begin = "<!-- " + name + ": begin -->\n", end = "<!-- " + name + ": end -->\n";
  const size_t from = text.find(begin), to = text.find(end);
  if (from == std::string::npos || to == std::string::npos) return "(no markers)";
  return text.substr(from + begin.size(), to - from - begin.size());
}

TEST(FormatTables, StandInTheDocumentation) {
  std::ifstream file(SourceFile("docs/formats.md"));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(BetweenMarkers(text, "formats of poses"), FormatTable(FileFormats(), ""));
  EXPECT_EQ(BetweenMarkers(text, "formats of angles"), FormatTable(AngleFormats(), "`--angles` "));
}

}  // namespace videopose::internal::write_exports_test

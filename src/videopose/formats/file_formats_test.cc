// SPDX-License-Identifier: Apache-2.0

#include "videopose/formats/file_formats.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <string>

#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::file_formats_test {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

fs::path TestFile(const std::string& name) { return TestFolder() / name; }

SyntheticClip Clip() {
  const Camera camera = LookAt({0, -7, 1.4}, {0, 0, 0.9}, 1280, 720, 0.9);
  return MakeSyntheticClip(SyntheticMotion(Choreography(SyntheticKind::kWaving)), camera,
                           {.fps = 25, .duration_s = 0.4});
}

TEST(FileFormats, EveryRowSaysWhatItIs) {
  std::set<std::string_view> names, written;
  for (const FileFormat& format : FileFormats()) {
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
    EXPECT_FALSE(format.use.empty()) << format.name;
    EXPECT_FALSE(format.frame.empty()) << format.name;
    EXPECT_NE(format.holds, 0U) << format.name;
    EXPECT_FALSE(format.write_all && format.write_one) << format.name;
    EXPECT_TRUE(format.recognises || (!format.read_motion && !format.describe)) << format.name;
    if (!format.writes_motion()) continue;
    for (const std::string_view extension : format.extensions) {
      EXPECT_TRUE(written.insert(extension).second) << extension << " means two formats";
    }
  }
}

TEST(FileFormats, AreFoundByExtensionInAnyCase) {
  EXPECT_EQ(PoseFormatFor("out.C3D").name, "C3D");
  EXPECT_EQ(&PoseFormatFor("out.NPZ"), &PoseFormatFor("out.json"));
  EXPECT_EQ(KeypointFormatFor("out.JSON").name, "videopose keypoints");
  EXPECT_THAT(ErrorOf([] { PoseFormatFor("a.fbx"); }),
              AllOf(HasSubstr("a.fbx: cannot write poses as '.fbx'"),
                    HasSubstr(".npz, .json, .npy, .csv, .trc, .c3d, .bvh, .glb, .html")));
  EXPECT_THAT(ErrorOf([] { PoseFormatFor("csv"); }), HasSubstr("cannot write poses as ''"));
  EXPECT_THAT(ErrorOf([] { KeypointFormatFor("a.npy"); }),
              AllOf(HasSubstr("cannot write keypoints as '.npy'"), HasSubstr(".npz, .json")));
  EXPECT_EQ(ReadPoseExtensions(), ".npz, .json, .npy, .csv, .trc, .c3d, .bvh");
}

TEST(FileFormats, FormatsOfOnePersonAreAFileForEachOfSeveral) {
  Motion motion = Clip().motion;
  motion.people.push_back(motion.people[0]);
  motion.people[1].id = 7;
  const fs::path path = TestFile("several.npy");
  const MotionToWrite content{.motion = motion};
  EXPECT_THAT(WriteAs(PoseFormatFor(path), path, content),
              ElementsAre(TestFile("several_1.npy"), TestFile("several_7.npy")));
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(ReadMotion(TestFile("several_7.npy"), 25).motion.frame_count, motion.frame_count);
  motion.people.pop_back();
  EXPECT_THAT(WriteAs(PoseFormatFor(path), path, content), ElementsAre(path));
}

TEST(FileFormats, PosesAreToldFromKeypoints) {
  const SyntheticClip clip = Clip();
  for (const char* extension : {".npz", ".json"}) {
    const fs::path keypoints = TestFile(std::string("keypoints") + extension),
                   poses = TestFile(std::string("poses") + extension);
    KeypointFormatFor(keypoints).write_keypoints(keypoints, clip.keypoints);
    WriteAs(PoseFormatFor(poses), poses, {.motion = clip.motion, .keypoints = &clip.keypoints});
    EXPECT_FALSE(HoldsPoses(keypoints)) << extension;
    EXPECT_TRUE(HoldsPoses(poses)) << extension;
    EXPECT_THAT(ErrorOf([&] { ReadMotion(keypoints, 25); }),
                AllOf(HasSubstr("no poses"), HasSubstr("lift them first")))
        << extension;
    EXPECT_TRUE(ReadMotion(poses, 25).keypoints.has_value()) << extension;
  }
}

TEST(FileFormats, WhatCannotBeReadIsSaid) {
  std::ofstream(TestFile("text.csv")) << "nose_x,nose_y\n";
  EXPECT_THAT(ErrorOf([] { ReadMotion(TestFile("text.csv"), 25); }),
              AllOf(HasSubstr("text that begins with 'nose_x,nose_y'"), HasSubstr("BVH")));
  EXPECT_THAT(ErrorOf([] { ReadMotion(TestFile("none.trc"), 25); }), HasSubstr("no such file"));
  EXPECT_THAT(ErrorOf([] { ReadMotion(TestFile(""), 25); }), HasSubstr("a folder"));
}

}  // namespace videopose::internal::file_formats_test

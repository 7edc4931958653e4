// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/export/angles_csv.h"
#include "videopose/export/bvh.h"
#include "videopose/export/bvh_motion.h"
#include "videopose/export/csv.h"
#include "videopose/export/marker_motion.h"
#include "videopose/ground/world.h"
#include "videopose/motion_files/bvh.h"
#include "videopose/motion_files/c3d.h"
#include "videopose/motion_files/text_table.h"
#include "videopose/motion_files/trc.h"
#include "videopose/refine/limb_ends.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::export_test {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

fs::path Temporary(const std::string& name) { return TestFolder() / name; }

// A person who walks, with a gap, and a person who is never there.
struct Clip {
  Clip() {
    const SyntheticMotion walk(Choreography(SyntheticKind::kWalkInCircle));
    const Camera camera{PlainLens(900, 1280, 720), {WorldFromLevelCamera(), {0.3, -7, 1.4}}};
    SyntheticClip clip = MakeSyntheticClip(walk, camera, {.fps = 30, .duration_s = 1});
    motion = std::move(clip.motion);
    keypoints = std::move(clip.keypoints);
    motion.camera = camera;
    PersonMotion& person = motion.people[0];
    for (Vec3f& joint : person.frame(7)) joint = kNoJoint;
    person.root_in_cam[7] = kNoJoint;
    keypoints.start_s = 2;
    for (Keypoint& keypoint : keypoints.people[0].frame(7)) keypoint = {};
    PersonMotion unseen = person;
    unseen.id = 4;
    unseen.joints_in_cam.Fill(kNoJoint);
    unseen.root_in_cam.assign(unseen.root_in_cam.size(), kNoJoint);
    motion.people.push_back(unseen);
  }
  const PersonMotion& person() const { return motion.people[0]; }
  static Clip WithBody25() {
    Clip clip;
    clip.motion = WithHandsAndFeet(clip.motion, clip.keypoints);
    return clip;
  }

  Motion motion;
  KeypointSequence keypoints;
};

// Joints in the world, not more than `tolerance_m` apart and missing in the same places.
void ExpectSameWorld(const JointTrack<Vec3f>& a, const JointTrack<Vec3f>& b, float tolerance_m) {
  ASSERT_EQ(a.size(), b.size());
  int there = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(IsFinite(a[i]), IsFinite(b[i])) << i;
    if (!IsFinite(a[i])) continue;
    ++there;
    ASSERT_LE(Norm(a[i] - b[i]), tolerance_m) << i;
  }
  EXPECT_EQ(there, 29 * a.joint_count());
}

TEST(Export, LabelsAreThoseOfOpenSimsUsers) {
  EXPECT_EQ(MarkerLabel("left_knee"), "LKnee");
  EXPECT_EQ(MarkerLabel("right_wrist"), "RWrist");
  EXPECT_EQ(MarkerLabel("hip"), "Hip");
  EXPECT_EQ(MarkerLabel("neck_base"), "NeckBase");
}

TEST(Export, MarkersHaveYUpAndMillimetres) {
  const Clip clip;
  const MarkerTrial trial = MarkersOf(clip.motion, clip.person());
  const Vec3f head = JointsInWorld(clip.motion, clip.person())[10];
  EXPECT_EQ(trial.labels[10], "Head");
  EXPECT_FLOAT_EQ(trial.points.values[30], 1000 * head.x);
  EXPECT_FLOAT_EQ(trial.points.values[31], 1000 * head.z);
  EXPECT_FLOAT_EQ(trial.points.values[32], -1000 * head.y);
  EXPECT_NEAR(trial.points.values[31], 0.936 * 1740, 60);  // the eyes; the walker is 1.74 m tall
}

// Tolerances: TRC is written with 4 decimals of a millimetre, coordinates are floats of up to 8 m.
TEST(Export, TrcReadBackIsTheSameMotion) {
  for (const Clip& clip : {Clip(), Clip::WithBody25()}) {
    const fs::path path = Temporary("walk.trc");
    WriteTrcMotion(path, clip.motion, clip.person());
    const Motion read = MotionOfMarkers(ReadTrc(path), "walk.trc");
    EXPECT_EQ(read.skeleton, clip.motion.skeleton);
    EXPECT_NEAR(read.fps, 30, 1e-6);
    ExpectSameWorld(JointsInWorld(read, read.people[0]), JointsInWorld(clip.motion, clip.person()),
                    2e-6F);
  }
}

TEST(Export, C3dReadBackIsTheSameMotion) {
  for (const Clip& clip : {Clip(), Clip::WithBody25()}) {
    const fs::path path = Temporary("walk.c3d");
    WriteC3dMotion(path, clip.motion, clip.person());
    const Motion read = MotionOfMarkers(ReadC3d(path), "walk.c3d");
    EXPECT_EQ(read.skeleton, clip.motion.skeleton);
    EXPECT_NEAR(read.fps, 30, 1e-6);
    ExpectSameWorld(JointsInWorld(read, read.people[0]), JointsInWorld(clip.motion, clip.person()),
                    2e-6F);
  }
}

// The walker's bones are rigid, so that only the file's digits are lost. Gaps are filled.
TEST(Export, BvhReadBackIsTheSameMotion) {
  Clip clip;
  clip.motion.people.pop_back();
  const fs::path path = Temporary("walk.bvh");
  WriteBvh(path, clip.motion, clip.person());
  const Motion read = MotionOfBvh(ReadBvh(path), "walk.bvh");
  EXPECT_NEAR(read.fps, 30, 1e-4);
  ASSERT_EQ(read.frame_count, 30);
  const auto a = JointsInWorld(read, read.people[0]);
  const auto b = JointsInWorld(clip.motion, clip.person());
  for (size_t i = 0; i < a.size(); ++i) {
    if (!IsFinite(b[i])) continue;
    EXPECT_LT(Norm(a[i] - b[i]), 0.002) << i;
  }
  BvhClip other = ReadBvh(path);
  other.joints[0].name = "Pelvis";
  EXPECT_THROW(MotionOfBvh(other, "other.bvh"), Error);
}

TEST(Export, MarkersOfOthersAreRefusedByName) {
  MarkerTrial trial{.rate_hz = 60, .units = "mm", .labels = {"RHip"}, .points = Tensor({1, 1, 3})};
  try {
    MotionOfMarkers(trial, "theirs.trc");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), StartsWith("theirs.trc: no marker 'Hip'"));
  }
  trial.units = "furlong";
  EXPECT_THROW(MotionOfMarkers(trial, "theirs.trc"), Error);
}

TEST(Csv, HasARowForEachFrameAndPersonAndNamedColumns) {
  const Clip clip;
  const fs::path path = Temporary("walk.csv");
  WriteCsv(path, clip.motion, &clip.keypoints);
  const std::string text = ReadFile(path);
  const auto lines = SplitLines(text);
  ASSERT_EQ(lines.size(), 1U + 30 * 2);
  EXPECT_THAT(std::string(lines[0]), StartsWith("frame,time_s,person,hip_x_m,hip_y_m,hip_z_m,"));
  const auto names = SplitFields(lines[0], ',');
  ASSERT_EQ(names.size(), 3U + 17 * 3 + 17 * 3);
  EXPECT_EQ(names[54], "keypoint_nose_x_px");
  EXPECT_EQ(names[56], "keypoint_nose_score");
  const auto cells = SplitFields(lines[5], ',');  // frame 2 of the first
  ASSERT_EQ(cells.size(), names.size());
  EXPECT_EQ(cells[0], "2");
  EXPECT_EQ(cells[1], "2.066666667") << "nine digits, or a rate would not survive short clips";
  const Vec3f hip = JointsInWorld(clip.motion, clip.person())[2 * 17];
  EXPECT_NEAR(*NumberIn(cells[3]), hip.x, 6e-6);
  EXPECT_NEAR(*NumberIn(cells[5]), hip.z, 6e-6);
  EXPECT_NEAR(*NumberIn(cells[54]), clip.keypoints.people[0].frame(2)[0].x_px, 0.006);
  EXPECT_EQ(cells[56], "1.000");
  const auto gap = SplitFields(lines[15], ',');  // frame 7
  ASSERT_EQ(gap.size(), names.size());
  EXPECT_EQ(gap[0], "7");
  EXPECT_EQ(gap[3], "");
  EXPECT_EQ(gap[54], "");
  EXPECT_EQ(gap[56], "0");
  EXPECT_EQ(SplitFields(lines[2], ',')[2], "4");  // the other's id, and no pose
}

TEST(Csv, SaysWhichFeetAreDownWhereThatIsKnown) {
  Clip clip;
  clip.motion.people[0].feet_down.assign(30, kRightFootDown);
  const fs::path path = Temporary("feet.csv");
  WriteCsv(path, clip.motion, nullptr);
  const std::string text = ReadFile(path);
  const auto lines = SplitLines(text);
  EXPECT_TRUE(lines[0].ends_with("right_wrist_z_m,left_foot_down,right_foot_down"));
  EXPECT_TRUE(lines[1].ends_with(",0,1"));
  EXPECT_TRUE(lines[2].ends_with(",,"));
}

// 5 decimals of a metre.
TEST(Csv, ReadBackIsTheSameMotion) {
  for (const Clip& clip : {Clip(), Clip::WithBody25()}) {
    const fs::path path = Temporary("again.csv");
    WriteCsv(path, clip.motion, &clip.keypoints);
    const Motion read = ReadCsv(path);
    EXPECT_EQ(read.skeleton, clip.motion.skeleton);
    EXPECT_NEAR(read.fps, 30, 1e-4);
    ASSERT_EQ(read.people.size(), 2U);
    EXPECT_EQ(read.people[1].id, 4);
    ExpectSameWorld(JointsInWorld(read, read.people[0]), JointsInWorld(clip.motion, clip.person()),
                    1.5e-5F);
  }
}

std::string CsvMessageFor(const std::string& text) {
  const fs::path path = Temporary("wrong.csv");
  std::ofstream(path, std::ios::binary) << text;
  try {
    ReadCsv(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "(no error)";
}

TEST(Csv, SaysInOneLineWhatIsWrong) {
  Clip clip;
  clip.motion.people.pop_back();
  const fs::path path = Temporary("whole.csv");
  WriteCsv(path, clip.motion, nullptr);
  const std::string whole = ReadFile(path);
  const std::string head = whole.substr(0, whole.find('\n') + 1);
  EXPECT_EQ(CsvMessageFor(whole), "(no error)");
  EXPECT_THAT(CsvMessageFor(""), HasSubstr("no column 'frame'"));
  EXPECT_THAT(CsvMessageFor("frame,time_s,person,hip_x_m\n"), HasSubstr("no column 'hip_y_m'"));
  EXPECT_THAT(CsvMessageFor(head), HasSubstr("at least two frames"));
  EXPECT_THAT(CsvMessageFor(head + "0,0\n"), HasSubstr("line 2: expected 54 fields, found 2"));
  const std::string empty(51, ',');
  const std::string row = [&] {  // of frame 0
    const size_t begin = whole.find("\n0,") + 1;
    return whole.substr(begin, whole.find('\n', begin) - begin);
  }();
  const std::string places = row.substr(row.find(',', row.find(',') + 1));  // ,person,x,y,...
  for (const char* time_s : {"0", "-1", "1e-300", "nan"}) {  // no frame rate comes of these
    const std::string text = fmt::format("{0}0,0{2}\n1,{1}{2}\n", head, time_s, places);
    EXPECT_NE(CsvMessageFor(text), "(no error)") << time_s;
  }
  EXPECT_THAT(CsvMessageFor(head + "90000000,0,1" + empty + "\n"), HasSubstr("a row for each"));
  EXPECT_THAT(CsvMessageFor(head + "1e30,0,1" + empty + "\n"), HasSubstr("whole number"));
  EXPECT_THAT(CsvMessageFor(head + "x,0,1" + empty + "\n"), HasSubstr("'x' is not a number"));
  for (size_t i = 0; i < whole.size(); i += 307) CsvMessageFor(whole.substr(0, i));
  for (size_t i = 0; i < whole.size(); i += 113) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x15);
    CsvMessageFor(damaged);
  }
}

TEST(AnglesCsv, HasDegreesInNamedColumns) {
  const Clip clip;
  const fs::path path = Temporary("angles.csv");
  WriteAnglesCsv(path, clip.motion, 2);
  const std::string text = ReadFile(path);
  const auto lines = SplitLines(text);
  ASSERT_EQ(lines.size(), 1U + 30 * 2);
  EXPECT_THAT(std::string(lines[0]),
              StartsWith("frame,time_s,person,left_hip_flexion_deg,right_hip_flexion_deg,"));
  const auto names = SplitFields(lines[0], ',');
  const auto cells = SplitFields(lines[5], ',');
  ASSERT_EQ(cells.size(), names.size());
  EXPECT_EQ(cells[1], "2.066667");
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != "left_knee_flexion_deg") continue;
    EXPECT_GE(*NumberIn(cells[i]), 0);
    EXPECT_LT(*NumberIn(cells[i]), 90);
    EXPECT_EQ(SplitFields(lines[15], ',')[i], "");
  }
}

}  // namespace videopose::internal::export_test

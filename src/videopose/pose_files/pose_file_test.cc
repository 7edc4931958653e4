// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>

#include "support/damaged.h"
#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/files.h"
#include "videopose/pose_files/npy_poses.h"

namespace videopose::internal::pose_file_test {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kFrames = 5;

KeypointSequence SomeKeypoints() {
  KeypointSequence result{.layout = Coco17(),
                          .fps = 30000.0 / 1001,
                          .width_px = 640,
                          .height_px = 480,
                          .start_s = 1.25,
                          .frame_count = kFrames};
  std::mt19937 random(1);
  std::uniform_real_distribution<float> place(-10, 500), score(0.1F, 1);
  for (const int id : {1, 7}) {
    PersonKeypoints person{.id = id, .keypoints = {kFrames, 17}, .extra_points = {kFrames, 33}};
    for (Keypoint& point : person.keypoints) point = {place(random), place(random), score(random)};
    for (ExtraPoint& point : person.extra_points) {
      point = {place(random), place(random), place(random), score(random)};
    }
    // The first frame unseen.
    std::ranges::fill(person.frame(0), Keypoint{});
    result.people.push_back(person);
  }
  return result;
}

Motion SomeMotion(bool with_root) {
  Motion motion{.skeleton = Human36m17(),
                .fps = 25,
                .width_px = 640,
                .height_px = 480,
                .frame_count = kFrames};
  for (const int id : {1, 7}) {
    PersonMotion person{.id = id, .joints_in_cam = {kFrames, 17, kNoJoint}};
    for (size_t i = 17; i < person.joints_in_cam.size(); ++i) {
      const auto f = static_cast<float>(i) * static_cast<float>(id);
      person.joints_in_cam[i] = {0.1F * f, -f / 3, 1e-7F * f};
    }
    if (with_root) {
      person.root_in_cam.assign(kFrames, {1, 2, 3});
      person.feet_down = {0, kLeftFootDown, kRightFootDown, kLeftFootDown | kRightFootDown, 0};
    }
    motion.people.push_back(person);
  }
  if (with_root) {
    motion.camera = Camera{PlainLens(1234.5678901234, motion.width_px, motion.height_px),
                           {FromAxisAngle({0.6, 0, 0.8}, 2.1), {1.0 / 3, -2, 1.55}}};
    motion.camera->lens.centre_px = {320.1, 239.9};
  }
  return motion;
}

void ExpectSame(const KeypointSequence& a, const KeypointSequence& b) {
  EXPECT_EQ(a.layout, b.layout);
  EXPECT_EQ(a.fps, b.fps);
  EXPECT_EQ(a.start_s, b.start_s);
  EXPECT_EQ(a.width_px, b.width_px);
  EXPECT_EQ(a.height_px, b.height_px);
  EXPECT_EQ(a.frame_count, b.frame_count);
  ASSERT_EQ(a.people.size(), b.people.size());
  for (size_t p = 0; p < a.people.size(); ++p) {
    EXPECT_EQ(a.people[p].id, b.people[p].id);
    EXPECT_EQ(a.people[p].keypoints, b.people[p].keypoints);
    EXPECT_EQ(a.people[p].extra_points, b.people[p].extra_points);
  }
}

fs::path TestFile(const std::string& name) { return TestFolder() / name; }

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

CameraTrack SomeTrack() {
  CameraTrack track{.focal_px = 512.25, .cuts = {2, 4}};
  for (int t = 0; t < kFrames; ++t) {
    track.views.push_back(
        {FromAxisAngle({0, 0.6, 0.8}, 0.1 * t), 1 + 0.1 * t, 0.02 * t, {0.3 * t, 0, -0.1 * t}});
  }
  return track;
}

class PoseFileTest : public testing::TestWithParam<const char*> {};

TEST_P(PoseFileTest, KeypointsComeBackExactly) {
  const fs::path path = TestFile(std::string("keypoints") + GetParam());
  const KeypointSequence written = SomeKeypoints();
  WriteKeypoints(path, written);
  ExpectSame(ReadKeypoints(path), written);
}

TEST_P(PoseFileTest, TheCamerasTrackAndPathComeBackExactly) {
  const fs::path path = TestFile(std::string("moving") + GetParam());
  KeypointSequence keypoints = SomeKeypoints();
  keypoints.camera = SomeTrack();
  WriteKeypoints(path, keypoints);
  EXPECT_EQ(ReadKeypoints(path).camera, keypoints.camera);
  Motion motion = SomeMotion(true);
  motion.cuts = keypoints.camera.cuts;
  for (const CameraView& view : keypoints.camera.views) {
    Camera& camera = motion.camera_path.emplace_back(*motion.camera);
    camera.lens.focal_px = view.zoom * camera.lens.focal_px;
    camera.world_from_cam.rotation = view.first_from_cam;
  }
  for (const KeypointSequence* seen : {&keypoints, static_cast<KeypointSequence*>(nullptr)}) {
    WritePoses(path, motion, seen);
    const PoseClip read = ReadPoses(path);
    EXPECT_EQ(read.motion.camera_path, motion.camera_path);
    EXPECT_EQ(read.motion.cuts, motion.cuts);
    EXPECT_EQ(read.keypoints.has_value(), seen != nullptr);
    if (read.keypoints) {
      EXPECT_EQ(read.keypoints->camera, keypoints.camera);
    }
  }
}

TEST_P(PoseFileTest, ATrackOfOtherFramesIsRefused) {
  const fs::path path = TestFile(std::string("track") + GetParam());
  KeypointSequence keypoints = SomeKeypoints();
  keypoints.camera = SomeTrack();
  keypoints.camera.views.pop_back();
  WriteKeypoints(path, keypoints);
  EXPECT_THAT(ErrorOf([&] { ReadKeypoints(path); }), HasSubstr("'view_rotation': expected 5 x 4"));
  keypoints.camera = {.cuts = {4, 2}};
  WriteKeypoints(path, keypoints);
  EXPECT_THAT(ErrorOf([&] { ReadKeypoints(path); }), HasSubstr("'cuts'"));
}

// Whatever wrote the file.
TEST_P(PoseFileTest, ScoresAreBetween0And1) {
  KeypointSequence keypoints = SomeKeypoints();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  keypoints.people[0].at(1, 0).score = 3;
  keypoints.people[0].at(1, 1).score = -1;
  keypoints.people[0].extra_points.at(1, 0).score = 3;
  keypoints.people[0].extra_points.at(1, 1).x_px = nan;
  const fs::path path = TestFile(std::string("scores") + GetParam());
  WriteKeypoints(path, keypoints);
  const KeypointSequence read = ReadKeypoints(path);
  EXPECT_EQ(read.people[0].at(1, 0).score, 1);
  EXPECT_EQ(read.people[0].at(1, 1), Keypoint{});
  EXPECT_EQ(read.people[0].extra_points.at(1, 0).score, 1);
  EXPECT_EQ(read.people[0].extra_points.at(1, 1), ExtraPoint{});
}

TEST_P(PoseFileTest, PosesComeBackExactlyWithAndWithoutKeypointsAndRoot) {
  for (const bool with_root : {false, true}) {
    const fs::path path = TestFile(std::string("poses") + GetParam());
    const Motion written = SomeMotion(with_root);
    const KeypointSequence keypoints = SomeKeypoints();
    WritePoses(path, written, with_root ? &keypoints : nullptr);
    const PoseClip read = ReadPoses(path);
    EXPECT_EQ(read.keypoints.has_value(), with_root);
    EXPECT_EQ(read.motion.skeleton, written.skeleton);
    ASSERT_EQ(read.motion.people.size(), 2U);
    for (size_t p = 0; p < 2; ++p) {
      const PersonMotion& person = read.motion.people[p];
      EXPECT_EQ(person.id, written.people[p].id);
      EXPECT_FALSE(person.has_pose(0));
      for (size_t i = 17; i < person.joints_in_cam.size(); ++i) {
        EXPECT_EQ(person.joints_in_cam[i], written.people[p].joints_in_cam[i]);
      }
      EXPECT_EQ(person.root_in_cam, written.people[p].root_in_cam);
      EXPECT_EQ(person.feet_down, written.people[p].feet_down);
    }
    EXPECT_EQ(read.motion.camera, written.camera);
  }
}

TEST_P(PoseFileTest, HandsAndFeetComeBack) {
  Motion written = SomeMotion(true);
  written.skeleton = Body25();
  for (PersonMotion& person : written.people) {
    person.joints_in_cam = {kFrames, Body25().joint_count(), Vec3f{1, 2, 3}};
  }
  const fs::path path = TestFile(std::string("body25") + GetParam());
  WritePoses(path, written, nullptr);
  const Motion read = ReadPoses(path).motion;
  EXPECT_EQ(read.skeleton, Body25());
  EXPECT_EQ(read.people[0].joints_in_cam, written.people[0].joints_in_cam);
}

TEST_P(PoseFileTest, TruncatedAndHostileFilesAreOneLine) {
  const fs::path path = TestFile(std::string("whole") + GetParam());
  const fs::path broken = TestFile(std::string("broken") + GetParam());
  const KeypointSequence keypoints = SomeKeypoints();
  WritePoses(path, SomeMotion(true), &keypoints);
  const std::string whole = Contents(path);
  std::mt19937 random(2);
  int errors = 0;
  constexpr int kTries = 300;
  for (int i = 0; i < kTries; ++i) {
    std::string bytes = whole;
    if (i % 2 == 0) {
      bytes.resize(random() % whole.size());
    } else {
      bytes = Damaged(whole, 5, random);
    }
    std::ofstream(broken, std::ios::binary) << bytes;
    try {
      ReadPoses(broken);  // a flipped digit can leave a good file
    } catch (const Error& error) {
      ++errors;
      EXPECT_THAT(error.what(), HasSubstr("broken"));
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
  EXPECT_GE(errors, kTries / 2 - 5) << "at least the truncated ones";
}

INSTANTIATE_TEST_SUITE_P(Extensions, PoseFileTest, testing::Values(".npz", ".json"));

TEST(PoseFileNumpyTest, PlainArraysOfTheDocumentedShapesAndTypes) {
  const fs::path path = TestFile("plain.npz");
  const KeypointSequence keypoints = SomeKeypoints();
  WritePoses(path, SomeMotion(false), &keypoints);
  const NpzReader npz(path);
  EXPECT_THAT(npz.Read("keypoints").shape, ElementsAre(2, kFrames, 17, 2));
  EXPECT_EQ(npz.Read("keypoints").dtype, (NpyDtype{'f', 4}));
  EXPECT_THAT(npz.Read("scores").shape, ElementsAre(2, kFrames, 17));
  EXPECT_THAT(npz.Read("landmarks").shape, ElementsAre(2, kFrames, 33, 4));
  EXPECT_THAT(npz.Read("poses").shape, ElementsAre(2, kFrames, 17, 3));
  EXPECT_THAT(npz.ReadTensor<int64_t>("first_frame").values, ElementsAre(1, 1));
  EXPECT_THAT(npz.ReadTensor<int64_t>("last_frame").values, ElementsAre(kFrames - 1, kFrames - 1));
  EXPECT_THAT(npz.ReadTensor<int64_t>("ids").values, ElementsAre(1, 7));
  EXPECT_DOUBLE_EQ(npz.ReadScalar<double>("fps"), 30000.0 / 1001);
  EXPECT_TRUE(npz.Read("fps").shape.empty());
  EXPECT_EQ(npz.ReadStrings("keypoint_names").size(), 17U);
  for (const std::string& name : npz.names()) EXPECT_NE(npz.Read(name).dtype.kind, 'O') << name;
}

TEST(PoseFileNumpyTest, NpyHoldsOnePersonInPlace) {
  const fs::path path = TestFile("poses.npy");
  const Motion motion = SomeMotion(true);
  WriteNpyPoses(path, motion, motion.people[0]);
  const Tensor poses = ToTensor<float>(ReadNpy(path), "poses");
  EXPECT_THAT(poses.shape, ElementsAre(kFrames, 17, 3));
  EXPECT_TRUE(std::isnan(poses.values[0]));
  EXPECT_FLOAT_EQ(poses.values[17 * 3 + 2], 3 + 1.7e-6F);
}

TEST(PoseFileNumpyTest, NpyReadBackIsTheSamePosesAtTheRateThatIsGiven) {
  const fs::path path = TestFile("again.npy");
  const Motion written = SomeMotion(true);
  WriteNpyPoses(path, written, written.people[0]);
  const Motion read = ReadNpyPoses(path, 50);
  EXPECT_EQ(read.fps, 50);
  ASSERT_EQ(read.frame_count, kFrames);
  ASSERT_EQ(read.people.size(), 1U);
  EXPECT_FALSE(read.people[0].has_pose(0));
  for (int64_t t = 1; t < kFrames; ++t) {
    for (int64_t j = 0; j < 17; ++j) {
      // The root is what joint 0 says.
      const Vec3f expected = written.people[0].at(t, j) - written.people[0].at(t, 0);
      EXPECT_LT(Norm(read.people[0].at(t, j) - expected), 1e-4) << t << " " << j;
    }
  }
  WriteNpy(path, MakeNpy(Tensor({2, 25, 3})));
  EXPECT_EQ(ReadNpyPoses(path, 50).skeleton, Body25());
  WriteNpy(path, MakeNpy(Tensor({2, 16, 3})));
  EXPECT_THROW(ReadNpyPoses(path, 50), Error);
}

TEST(PoseFileNumpyTest, GroundingIsPlainArrays) {
  const fs::path path = TestFile("room.npz");
  WritePoses(path, SomeMotion(true), nullptr);
  const NpzReader npz(path);
  EXPECT_THAT(npz.Read("root").shape, ElementsAre(2, kFrames, 3));
  EXPECT_THAT(npz.Read("feet_down").shape, ElementsAre(2, kFrames, 2));
  EXPECT_EQ(npz.Read("feet_down").dtype, (NpyDtype{'u', 1}));
  EXPECT_THAT(npz.ReadTensor<int64_t>("feet_down").values,
              ElementsAre(0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0));
  EXPECT_THAT(npz.Read("camera_rotation").shape, ElementsAre(4));
  EXPECT_THAT(npz.ReadTensor<double>("camera_position").values, ElementsAre(1.0 / 3, -2, 1.55));
  EXPECT_THAT(npz.ReadTensor<double>("centre_px").values, ElementsAre(320.1, 239.9));
}

std::string MessageFor(const std::string& json) {
  const fs::path path = TestFile("bad.json");
  std::ofstream(path) << json;
  try {
    ReadKeypoints(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "(no error)";
}

TEST(PoseFileErrorTest, SaysWhichFieldIsWrongAndHow) {
  const std::string good_start =
      R"({"keypoint_names":["a","b"],"fps":25,"width_px":10,"height_px":10,"ids":[1],)";
  EXPECT_THAT(MessageFor("{}"), HasSubstr("keypoint_names"));
  EXPECT_THAT(MessageFor(good_start + R"("scores":[[[1,1]]],"keypoints":[[[[1,1]]]]})"),
              HasSubstr("(any, any, 2, 2)"));
  EXPECT_THAT(MessageFor(good_start + R"("scores":[[[1]]],"keypoints":[[[[1,1],[2,2]]]]})"),
              HasSubstr("scores"));
  EXPECT_THAT(MessageFor(good_start + R"("keypoints":[[1,2],[3]]})"), HasSubstr("equal length"));
  EXPECT_THAT(MessageFor(R"({"keypoint_names":["a"],"fps":-1})"), HasSubstr("fps"));
  EXPECT_THAT(MessageFor(R"({"keypoint_names":["a"],"fps":25,"width_px":0.5})"),
              HasSubstr("whole number"));
  EXPECT_THAT(MessageFor("[1, 2"), HasSubstr("found neither"));
  EXPECT_THAT(MessageFor(std::string(100'000, '[')), HasSubstr("found neither"));
  EXPECT_THAT(MessageFor("{\"a\":" + std::string(100'000, '[')), HasSubstr("JSON"));
}

// One joint, one frame, one person, and what is given.
std::string PoseMessageFor(const std::string& fields) {
  const fs::path path = TestFile("bad_poses.json");
  std::ofstream(path) << R"({"joint_names":["hip"],"parents":[-1],"fps":25,"width_px":10,)"
                      << R"("height_px":10,)" << fields << "}";
  try {
    ReadPoses(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "(no error)";
}

TEST(PoseFileErrorTest, WrongGroundingIsNamed) {
  const std::string pose = R"("ids":[1],"poses":[[[[0,0,0]]]])";
  const std::string root = R"(,"root":[[[0,0,4]]])";
  const auto camera = [](const std::string& rotation, const std::string& position,
                         const std::string& focal) {
    return R"(,"camera_rotation":)" + rotation + R"(,"camera_position":)" + position +
           R"(,"focal_px":)" + focal + R"(,"centre_px":[5,5])";
  };
  const std::string good = camera("[1,0,0,0]", "[0,0,1]", "20");
  EXPECT_EQ(PoseMessageFor(pose + root + good), "(no error)");
  EXPECT_THAT(PoseMessageFor(pose + good), HasSubstr("root"));
  EXPECT_THAT(PoseMessageFor(pose + root + camera("[2,0,0,0]", "[0,0,1]", "20")),
              HasSubstr("length 1"));
  EXPECT_THAT(PoseMessageFor(pose + root + camera("[null,0,0,0]", "[0,0,1]", "20")),
              HasSubstr("length 1"));
  EXPECT_THAT(PoseMessageFor(pose + root + camera("[1,0,0]", "[0,0,1]", "20")),
              HasSubstr("expected 4 numbers"));
  EXPECT_THAT(PoseMessageFor(pose + root + camera("[1,0,0,0]", "[0,null,1]", "20")),
              HasSubstr("finite"));
  EXPECT_THAT(PoseMessageFor(pose + root + camera("[1,0,0,0]", "[0,0,1]", "0")),
              HasSubstr("focal_px"));
  EXPECT_THAT(PoseMessageFor(pose + R"(,"feet_down":[[[1]]])"), HasSubstr("feet_down"));
  EXPECT_THAT(PoseMessageFor(R"("ids":[3,3],"poses":[[[[0,0,0]]],[[[0,0,0]]]])"),
              HasSubstr("of its own"));
  EXPECT_THAT(PoseMessageFor(R"("ids":[3000000000],"poses":[[[[0,0,0]]]])"),
              HasSubstr("of its own"));
}

TEST(PoseFileErrorTest, ExtensionsAreKnownInAnyCase) {
  const Motion motion = SomeMotion(true);
  for (const char* name : {"a.doc", "a", "a.npy"}) {
    EXPECT_THROW(WritePoses(TestFile(name), motion, nullptr), Error) << name;
  }
  for (const char* name : {"a.NPZ", "a.Json"}) {
    WritePoses(TestFile(name), motion, nullptr);
    EXPECT_EQ(ReadPoses(TestFile(name)).motion.frame_count, kFrames) << name;
  }
}

}  // namespace videopose::internal::pose_file_test

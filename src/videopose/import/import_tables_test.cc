// SPDX-License-Identifier: Apache-2.0

// Imports of numbers in rows: CSV, DeepLabCut, NumPy.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/files.h"
#include "videopose/import/joint_layouts.h"
#include "videopose/import/test_import.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::import_tables_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Of people side by side who move by a pixel a frame: (A, B, J, 2), frames first or people first.
Tensor PeopleOverTime(int64_t people, int64_t frames, bool are_frames_first) {
  const std::vector<Vec2f> body = BodyIn(Layout("coco"), 300, 100);
  Tensor points(
      {are_frames_first ? frames : people, are_frames_first ? people : frames, kJoints, 2});
  for (int64_t t = 0; t < frames; ++t) {
    for (int64_t p = 0; p < people; ++p) {
      for (int64_t j = 0; j < kJoints; ++j) {
        const Vec2f& from = body[static_cast<size_t>(j)];
        const std::array<float, 2> at = {
            from.x + 400 * static_cast<float>(p) + static_cast<float>(t), from.y};
        const int64_t row = are_frames_first ? t * people + p : p * frames + t;
        std::ranges::copy(at, points.data() + (row * kJoints + j) * 2);
      }
    }
  }
  return points;
}

TEST_F(ImportTest, ArraysOfFramesBeforePeopleAreRefused) {
  struct Shape {
    int64_t people, frames;
  };
  for (const auto& [people, frames] : {Shape{2, 30}, {4, 3}, {5, 5}, {2, 2}}) {
    for (const bool lacks_a_joint : {false, true}) {
      SCOPED_TRACE(fmt::format("{} people, {} frames, {}", people, frames, lacks_a_joint));
      const auto write = [&](bool are_frames_first) {
        Tensor points = PeopleOverTime(people, frames, are_frames_first);
        for (int64_t i = 3; lacks_a_joint && i < points.size() / 2; i += kJoints) {
          points.data()[2 * i] = points.data()[2 * i + 1] = NAN;
        }
        WriteNpy(folder_ / "points", MakeNpy(points));
      };
      write(true);
      EXPECT_THAT(ErrorOf(folder_ / "points"), HasSubstr("numpy.swapaxes(array, 0, 1)"));
      write(false);
      const KeypointSequence found = ImportKeypoints(folder_ / "points");
      EXPECT_EQ(std::ssize(found.people), people);
      EXPECT_EQ(found.frame_count, frames);
    }
  }
}

TEST_F(ImportTest, ArraysOfOnePersonMayHaveFramesFirst) {
  constexpr int64_t kFrames = 30;
  for (const bool are_frames_first : {false, true}) {
    NpzWriter file(folder_ / "one.npz");
    file.Add("keypoints", MakeNpy(PeopleOverTime(1, kFrames, are_frames_first)));
    Tensor scores({are_frames_first ? kFrames : 1, are_frames_first ? 1 : kFrames, kJoints});
    for (int64_t i = 0; i < scores.size(); ++i) {
      scores.data()[i] = static_cast<float>(1 + i / kJoints) / 64;
    }
    file.Add("scores", MakeNpy(scores));
    file.Close();
    const KeypointSequence found = ImportKeypoints(folder_ / "one.npz");
    ASSERT_THAT(found.people, SizeIs(1));
    ASSERT_EQ(found.frame_count, kFrames);
    ExpectBody(found, 0, 7, 307, 100);
    EXPECT_FLOAT_EQ(At(found, 0, 7, "nose").score, 8.0F / 64);
  }
  // People beside each other in one frame.
  WriteNpy(folder_ / "image", MakeNpy(PeopleOverTime(3, 1, false)));
  EXPECT_THAT(ImportKeypoints(folder_ / "image").people, SizeIs(3));
}

TEST_F(ImportTest, ArraysOfPosesInMillimetresAreNoKeypoints) {
  Tensor poses({30, kJoints, 3});
  for (int64_t i = 0; i < poses.size() / 3; ++i) {
    const Vec2f at = BodyAt(static_cast<size_t>(i % kJoints), 0, -200);
    const std::array<float, 3> joint = {4 * at.x, 4 * at.y, i % 2 == 0 ? 150.0F : -90.0F};
    std::ranges::copy(joint, poses.data() + 3 * i);
  }
  WriteNpy(folder_ / "poses", MakeNpy(poses));
  EXPECT_THAT(ErrorOf(folder_ / "poses"), HasSubstr("third numbers from -90 to 150 are no scores"));
}

TEST_F(ImportTest, CsvWithAHeader) {
  std::string header = "frame;time;person", row_a = "10;0.5;ann", row_b = "12;0.54;bob",
              row_c = "11;0.52;ann";
  for (size_t j = 0; j < kJoints; ++j) {
    const std::string& name = Coco17().joint_names[j];
    header += fmt::format(";{0}_x;{0}_y;{0}_score", name);
    const Vec2f p = BodyAt(j, 300, 100);
    row_a += fmt::format(";{};{};0.5", p.x, p.y);
    row_b += fmt::format(";{};{};0.5", p.x + 100, p.y);
    row_c += j == 0 ? ";;;" : fmt::format(";{};NaN;0.5", p.x);
  }
  const ImportedKeypoints found =
      Import(Write("\xEF\xBB\xBF" + header + "\r\n" + row_a + "\r\n\r\n" + row_c + "\r\n" + row_b));
  EXPECT_EQ(found.format, "CSV, joints by name");
  EXPECT_EQ(found.keypoints.frame_count, 13);
  EXPECT_NEAR(found.keypoints.fps, 50, 1e-6);
  ASSERT_THAT(found.keypoints.people, SizeIs(2));
  ExpectBody(found.keypoints, 0, 10, 300, 100);
  ExpectBody(found.keypoints, 1, 12, 400, 100);
  EXPECT_FALSE(IsSeen(found.keypoints.people[0].frame(11)));
  EXPECT_THAT(ErrorOf(Write(header + "\n" + row_a + ";1\n")),
              HasSubstr("line 2: 55 cells; the header has 54"));
  EXPECT_THAT(ErrorOf(Write(header + "\n")), HasSubstr("no person"));
  EXPECT_THAT(ErrorOf(Write(header + "\n1e300" + row_a.substr(2))),
              HasSubstr("no number of a frame"));
}

TEST_F(ImportTest, CsvOfFewJointsInOtherWords) {
  std::string header = "frame_idx", row = "0";
  for (const char* name :
       {"Nose", "RShoulder", "LShoulder", "RElbow", "LElbow", "RHip", "LHip", "RKnee", "LKnee"}) {
    header += fmt::format(",{0}.x,{0}.y", name);
    row += ",10,20";
  }
  const KeypointSequence found = ImportKeypoints(Write(header + "\n" + row + "\n"));
  EXPECT_EQ(At(found, 0, 0, "left_knee"), (Keypoint{10, 20, 1}));
  EXPECT_EQ(At(found, 0, 0, "left_ankle"), (Keypoint{0, 0, 0}));
  EXPECT_THAT(ErrorOf(Write("a_x,a_y,b_x,b_y,c_x,c_y,d_x,d_y,e_x,e_y\n1,2,3,4,5,6,7,8,9,10\n")),
              HasSubstr("only 0 are shoulders"));
}

TEST_F(ImportTest, DeepLabCut) {
  // Its human model's names, from the right ankle (1) on.
  const std::vector<std::string> names = {"ankle1", "knee1",  "hip1",   "hip2",      "knee2",
                                          "ankle2", "wrist1", "elbow1", "shoulder1", "shoulder2",
                                          "elbow2", "wrist2", "chin",   "forehead"};
  const auto rows = [&](const std::vector<std::string>& people) {
    std::string scorer = "scorer", individuals = "individuals", parts = "bodyparts",
                coords = "coords", values;
    for (size_t p = 0; p < people.size(); ++p) {
      for (const std::string& name : names) {
        scorer += ",DLC,DLC,DLC";
        individuals += fmt::format(",{0},{0},{0}", people[p]);
        parts += fmt::format(",{0},{0},{0}", name);
        coords += ",x,y,likelihood";
        const int joint = Coco17().IndexOf(CanonicalJoint(name));
        const Vec2f place = joint >= 0 ? BodyAt(static_cast<size_t>(joint),
                                                300 + 400.0F * static_cast<float>(p), 100)
                                       : Vec2f{300, name == "chin" ? 120.0F : 80.0F};
        values += fmt::format(",{},{},0.75", place.x, place.y);
      }
    }
    const std::string head = scorer + "\n" + (people.size() > 1 ? individuals + "\n" : "") + parts +
                             "\n" + coords + "\n";
    return std::pair(head, values);
  };
  const auto [head, values] = rows({"one"});
  const ImportedKeypoints single = Import(Write(head + "0" + values + "\n3" + values + "\n"));
  EXPECT_EQ(single.format, "DeepLabCut CSV, joints by name");
  EXPECT_EQ(single.keypoints.frame_count, 4);
  ExpectBody(single.keypoints, 0, 3, 300, 100);
  EXPECT_EQ(At(single.keypoints, 0, 0, "nose"),
            (Keypoint{300, 100, 0}));  // between chin and forehead

  const auto [head_of_two, values_of_two] = rows({"ann", "bob"});
  const ImportedKeypoints two =
      Import(Write(head_of_two + "labeled-data/clip/img0040.png" + values_of_two +
                   "\nlabeled-data/clip/img0041.png" + values_of_two + "\n"));
  ASSERT_THAT(two.keypoints.people, SizeIs(2));
  EXPECT_EQ(two.keypoints.frame_count, 42);
  ExpectBody(two.keypoints, 1, 41, 700, 100);
  EXPECT_THAT(ErrorOf(Write(head + "0" + values + ",1\n")), HasSubstr("line 4"));
  EXPECT_THAT(ErrorOf(Write(head.substr(0, head.size() / 3))), HasSubstr("cut off"));
}

TEST_F(ImportTest, NumpyArrays) {
  Tensor one({2, kJoints, 3}), two({2, 2, kJoints, 2});
  for (int64_t t = 0; t < 2; ++t) {
    for (int64_t j = 0; j < kJoints; ++j) {
      const Vec2f p = BodyAt(static_cast<size_t>(j), 300, 100);
      float* of_one = one.data() + (t * kJoints + j) * 3;
      of_one[0] = p.x;
      of_one[1] = p.y;
      of_one[2] = 0.5F;
      for (int64_t person = 0; person < 2; ++person) {
        float* of_two = two.data() + ((person * 2 + t) * kJoints + j) * 2;
        of_two[0] = p.x + 400 * static_cast<float>(person);
        of_two[1] = person == 1 && t == 0 ? NAN : p.y;
      }
    }
  }
  WriteNpy(folder_ / "one", MakeNpy(one));
  const ImportedKeypoints found = Import(folder_ / "one");
  EXPECT_EQ(found.format, "NumPy array, coco");
  ExpectBody(found.keypoints, 0, 1, 300, 100);
  EXPECT_FLOAT_EQ(At(found.keypoints, 0, 0, "nose").score, 0.5F);
  {
    NpzWriter file(folder_ / "two");
    file.Add("arr_0", MakeNpy(two));
    file.Close();
  }
  const KeypointSequence people = ImportKeypoints(folder_ / "two");
  ASSERT_THAT(people.people, SizeIs(2));
  ExpectBody(people, 1, 1, 700, 100);
  EXPECT_FALSE(IsSeen(people.people[1].frame(0)));
  WriteNpy(folder_ / "other", MakeNpy(Tensor({3, 4})));
  EXPECT_THAT(ErrorOf(folder_ / "other"), HasSubstr("it is a NumPy array, float32 (3, 4)"));
  WriteNpy(folder_ / "absurd", MakeNpy(Tensor({1, 5000, 2})));
  EXPECT_THAT(ErrorOf(folder_ / "absurd"), HasSubstr("5000 joints"));
}

TEST_F(ImportTest, ArraysOfRtmposesLayouts) {
  for (const auto& [name, points] :
       {std::pair("coco", 17), std::pair("halpe26", 26), std::pair("wholebody", 133)}) {
    SCOPED_TRACE(name);
    const std::vector<Vec2f> body = BodyIn(Layout(name), 300, 100);
    ASSERT_EQ(std::ssize(body), points);
    Tensor xy({2, points, 2});
    for (int64_t i = 0; i < xy.size(); ++i) {
      const Vec2f& point = body[static_cast<size_t>(i / 2 % points)];
      xy.data()[i] = i % 2 == 0 ? point.x : point.y;
    }
    NpzWriter file(folder_ / "rtm.npz");
    file.Add("keypoints", MakeNpy(xy));
    file.Add("scores", MakeNpy(Tensor({2, points}, std::vector<float>(size_t(2 * points), 0.5F))));
    file.Close();
    const ImportedKeypoints found = Import(folder_ / "rtm.npz");
    EXPECT_EQ(found.format, fmt::format("NumPy array, {}", name));
    ExpectBody(found.keypoints, 0, 1, 300, 100);
    EXPECT_FLOAT_EQ(At(found.keypoints, 0, 0, "left_knee").score, 0.5F);
  }
}

}  // namespace videopose::internal::import_tables_test

// SPDX-License-Identifier: Apache-2.0

// Which frames of the video those of a file are: the same rule for every format.

#include "videopose/import/frame_numbers.h"

#include <gmock/gmock.h>

#include <utility>

#include "videopose/import/test_import.h"

namespace videopose::internal::frame_numbers_test {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Detections Of(std::initializer_list<int64_t> frames, FrameNumbering numbering) {
  Detections detections{.format = "it", .numbering = numbering};
  for (const int64_t frame : frames) detections.found.push_back({.frame = frame, .points = {}});
  return detections;
}

TEST(SpanOf, CountsFromTheVideosFirstFrame) {
  EXPECT_EQ(SpanOf(Of({5, 6}, FrameNumbering::kCounted)).first, 5);
  for (const FrameNumbering numbering : {FrameNumbering::kFrames, FrameNumbering::kNames}) {
    EXPECT_EQ(SpanOf(Of({5, 6, 9}, numbering)).first, 0);
    EXPECT_EQ(SpanOf(Of({5, 6, 9}, numbering)).count, 10);
    EXPECT_EQ(SpanOf(Of({1, 2, 3}, numbering)).first, 1) << "counted from 1";
    EXPECT_EQ(SpanOf(Of({-2, 3}, numbering)).first, -2);
    Detections from_1 = Of({5, 6}, numbering);
    from_1.counts_from = 1;
    EXPECT_EQ(SpanOf(from_1).first, 1);
    Detections from_0 = Of({1, 2}, numbering);
    from_0.counts_from = 0;
    EXPECT_EQ(SpanOf(from_0).first, 0);
    // Cut out of something long.
    EXPECT_EQ(SpanOf(Of({397133, 397134}, numbering)).first, 397133);
    EXPECT_THAT(SpanOf(Of({397133, 397134}, numbering)).note, HasSubstr("number 397133"));
  }
  // Numbers of frames need no steps; those of images do, and one image has none.
  EXPECT_EQ(SpanOf(Of({139}, FrameNumbering::kFrames)).first, 0);
  EXPECT_EQ(SpanOf(Of({139}, FrameNumbering::kNames)).first, 139);
  EXPECT_EQ(SpanOf(Of({139, 285, 632}, FrameNumbering::kFrames)).first, 0);
  EXPECT_EQ(SpanOf(Of({139, 285, 632}, FrameNumbering::kNames)).first, 139);
  // The file has all of them, and people in one.
  Detections listed = Of({20}, FrameNumbering::kNames);
  listed.first_frame = 10;
  listed.frame_count = listed.named_frames = 20;
  EXPECT_EQ(SpanOf(listed).first, 0);
  EXPECT_EQ(SpanOf(listed).count, 30);
  EXPECT_EQ(SpanOf(Of({INT64_MIN, INT64_MAX}, FrameNumbering::kFrames)).first, INT64_MIN);
}

std::string Coco(float x_px = 300) { return Numbers(BodyIn(Layout("coco"), x_px, 100), 0.5); }

std::vector<int64_t> SeenFrames(const KeypointSequence& keypoints) {
  std::vector<int64_t> seen;
  for (int64_t t = 0; t < keypoints.frame_count; ++t) {
    for (const PersonKeypoints& person : keypoints.people) {
      if (IsSeen(person.frame(t))) seen.push_back(t);
    }
  }
  return seen;
}

TEST_F(ImportTest, FirstFramesWithoutPeopleAreKept) {
  const auto frames_of = [&](const fs::path& path) {
    return SeenFrames(
        ImportKeypoints(path, {.layout = "coco", .fps = 25, .width_px = 1000, .height_px = 1000}));
  };
  const auto yolo = [&](const char* file) {
    std::string line = "0 0.5 0.5 0.25 0.75";
    for (size_t j = 0; j < kJoints; ++j) {
      const Vec2f at = BodyAt(j, 300, 100);
      line += fmt::format(" {} {} 0.5", at.x / 1000, at.y / 1000);
    }
    Write(line + "\n", file);
  };
  fs::create_directories(folder_ / "labels");
  yolo("labels/clip_12.txt");
  yolo("labels/clip_9.txt");
  EXPECT_THAT(frames_of(folder_ / "labels"), ElementsAre(8, 11)) << "counted from 1";

  const std::string kinetics =
      fmt::format(R"("skeleton": [{{"pose": [{}], "score": [{}]}}])",
                  [] {
                    std::string text;
                    for (size_t j = 0; j < kJoints; ++j) {
                      const Vec2f at = BodyAt(j, 300, 100);
                      text += fmt::format("{}{}, {}", j == 0 ? "" : ", ", at.x / 1000, at.y / 1000);
                    }
                    return text;
                  }(),
                  "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1");
  EXPECT_THAT(
      frames_of(Write(fmt::format(
          R"({{"data": [{{"frame_index": 12, {0}}}, {{"frame_index": 13, {0}}}]}})", kinetics))),
      ElementsAre(11, 12))
      << "counted from 1";

  std::string points, scores;
  for (size_t j = 0; j < kJoints; ++j) {
    const Vec2f at = BodyAt(j, 300, 100);
    points += fmt::format("{}[{}, {}]", j == 0 ? "" : ", ", at.x, at.y);
    scores += j == 0 ? "1" : ", 1";
  }
  const std::string mmpose = fmt::format(
      R"([{{"frame_id": 5, "instances": [{{"keypoints": [{0}], "keypoint_scores": [{1}]}}]}}])",
      points, scores);
  EXPECT_THAT(frames_of(Write(mmpose)), ElementsAre(5));
  EXPECT_THAT(frames_of(Write(R"({"instance_info": )" + mmpose + "}")), ElementsAre(4))
      << "the demo scripts count from 1";

  const auto results = [](const std::string& first, const std::string& second) {
    const auto entry = [](const std::string& id) {
      return fmt::format(R"({{"image_id": {}, "category_id": 1, "keypoints": {}}})", id, Coco());
    };
    return fmt::format("[{}, {}]", entry(first), entry(second));
  };
  EXPECT_THAT(frames_of(Write(results("5", "7"))), ElementsAre(5, 7));
  EXPECT_THAT(frames_of(Write(results("\"a_05.png\"", "\"a_07.png\""))), ElementsAre(5, 7));
  EXPECT_THAT(frames_of(Write(results("397133", "37777"))), ElementsAre(0, 1));
  EXPECT_THAT(frames_of(Write(results("397133", "397133"))), ElementsAre(0));

  const auto annotations = [](const char* name_a, const char* name_b) {
    return fmt::format(
        R"({{"images": [{{"id": 40, "file_name": "{0}"}}, {{"id": 50, "file_name": "{1}"}}],
            "annotations": [{{"image_id": 40, "keypoints": {2}}},
                            {{"image_id": 50, "keypoints": {2}}}]}})",
        name_a, name_b, Coco());
  };
  EXPECT_THAT(frames_of(Write(annotations("v/000005.jpg", "v/000009.jpg"))), ElementsAre(5, 9));
  EXPECT_THAT(frames_of(Write(annotations("a.jpg", "b.jpg"))), ElementsAre(40, 50)) << "by id";

  std::string header = "frame", row;
  for (size_t j = 0; j < kJoints; ++j) {
    header += fmt::format(",{0}_x,{0}_y", Coco17().joint_names[j]);
    row += fmt::format(",{},{}", BodyAt(j, 300, 100).x, BodyAt(j, 300, 100).y);
  }
  EXPECT_THAT(SeenFrames(ImportKeypoints(Write(header + "\n5" + row + "\n6" + row + "\n"))),
              ElementsAre(5, 6));
  std::string scorer = "scorer", parts = "bodyparts", coords = "coords";
  for (const std::string& name : Coco17().joint_names) {
    scorer += ",DLC,DLC";
    parts += fmt::format(",{0},{0}", name);
    coords += ",x,y";
  }
  const std::string head = scorer + "\n" + parts + "\n" + coords + "\n";
  EXPECT_THAT(SeenFrames(ImportKeypoints(Write(head + "5" + row + "\n6" + row + "\n"))),
              ElementsAre(5, 6));
  EXPECT_THAT(SeenFrames(ImportKeypoints(Write(head + "1" + row + "\n2" + row + "\n"))),
              ElementsAre(1, 2))
      << "counted from 0";

  fs::create_directories(folder_ / "openpose");
  const std::string body = fmt::format(R"({{"people": [{{"pose_keypoints_2d": {}}}]}})", Coco());
  for (const int t : {10, 11}) Write(body, fmt::format("openpose/a_{:012}_keypoints.json", t));
  EXPECT_THAT(frames_of(folder_ / "openpose"), ElementsAre(10, 11));
}

TEST_F(ImportTest, WhatTheNumbersOfFramesWereTakenForIsSaid) {
  const auto notes_of = [&](const char* numbers) {
    const auto entry = [](std::string_view id) {
      return fmt::format(R"({{"image_id": {}, "category_id": 1, "keypoints": {}}})", id, Coco());
    };
    const std::string_view all = numbers;
    const ImportedKeypoints found =
        Import(Write(fmt::format("[{}, {}]", entry(all.substr(0, all.find(' '))),
                                 entry(all.substr(all.find(' ') + 1)))),
               {.fps = 25, .width_px = 1000, .height_px = 1000});
    std::vector<std::string> notes;
    for (const ImportAssumption& assumption : found.assumptions) notes.push_back(assumption.text);
    return notes;
  };
  EXPECT_THAT(notes_of("0 1"), IsEmpty());
  EXPECT_THAT(notes_of("1 2"), IsEmpty());
  EXPECT_THAT(notes_of("5 7"),
              ElementsAre("that frames are counted from 0; the file's first is number 5"));
  EXPECT_THAT(notes_of("397133 397135"),
              ElementsAre("that the file's first frame, number 397133, is the video's first one"));
}

}  // namespace videopose::internal::frame_numbers_test

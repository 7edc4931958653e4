// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/files.h"
#include "videopose/import/joint_layouts.h"
#include "videopose/import/sequence_from.h"
#include "videopose/import/test_import.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::import_keypoints_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(CanonicalJointTest, NamesOfAllPrograms) {
  for (const char* name : {"LShoulder", "left_shoulder", "Left Shoulder", "shoulder_left",
                           "l_shoulder", "leftShoulder", "LEFT_SHOULDER", "L.Shoulder", "lshoulder",
                           "shoulder2", "shoulder_l", "left-shoulder"}) {
    EXPECT_EQ(CanonicalJoint(name), "left_shoulder") << name;
  }
  for (const char* name : {"REye", "right_eye", "RightEye", "reye", "eye1"}) {
    EXPECT_EQ(CanonicalJoint(name), "right_eye") << name;
  }
  EXPECT_EQ(CanonicalJoint("MidHip"), "pelvis");
  EXPECT_EQ(CanonicalJoint("Hip"), "pelvis");
  EXPECT_EQ(CanonicalJoint("LHip"), "left_hip");
  EXPECT_EQ(CanonicalJoint("head_bottom"), "neck");
  EXPECT_EQ(CanonicalJoint("top_head"), "head_top");
  EXPECT_EQ(CanonicalJoint("left_eye_inner"), "left_eyeinner");  // not the eye
  EXPECT_EQ(CanonicalJoint("LBigToe"), "left_bigtoe");
  EXPECT_EQ(CanonicalJoint("tail"), "tail");
  EXPECT_EQ(CanonicalJoint(""), "");
}

TEST_F(ImportTest, EveryLayoutIsMapped) {
  for (const JointLayout& layout : KnownLayouts()) {
    const std::vector<Vec2f> body = BodyIn(layout, 300, 100);
    const fs::path path =
        Write(fmt::format(R"({{"people": [{{"pose_keypoints_2d": {}}}]}})", Numbers(body, 0.5)));
    const KeypointSequence found = ImportKeypoints(path, {.layout = std::string(layout.name)});
    SCOPED_TRACE(layout.name);
    ExpectBody(found, 0, 0, 300, 100);
    // Points of the face in the layout are where a head is; the stage fill places the others.
    for (const char* joint : {"nose", "left_eye", "right_eye", "left_ear", "right_ear"}) {
      const Keypoint point = At(found, 0, 0, joint);
      if (point == Keypoint{}) continue;
      EXPECT_NEAR(point.x_px, 300, 25) << joint;
      EXPECT_NEAR(point.y_px, 100, 25) << joint;
      EXPECT_TRUE(point.score == 0 || point.score == 0.5F) << joint;
    }
  }
}

TEST_F(ImportTest, Body25AndBody25bAreToldApart) {
  for (const char* name : {"body25", "body25b"}) {
    const fs::path path = Write(fmt::format(R"({{"people": [{{"pose_keypoints_2d": {}}}]}})",
                                            Numbers(BodyIn(Layout(name), 300, 100), 0.5)));
    const ImportedKeypoints found = Import(path);
    EXPECT_EQ(found.format, fmt::format("OpenPose JSON, {}", name));
    ExpectBody(found.keypoints, 0, 0, 300, 100);
  }
}

TEST_F(ImportTest, OpenPoseFolderWithGapsAndPeopleInAnyOrder) {
  const auto person = [](float x_px, float y_px) {
    return fmt::format(R"({{"pose_keypoints_2d": {}}})",
                       Numbers(BodyIn(Layout("coco18"), x_px, y_px), 0.9));
  };
  // From number 3 on: there is no person before; 5 and 6 are missing, in 7 there is no person, and
  // people change places.
  for (const int t : {3, 4, 8, 9}) {
    const float step = 4 * t;
    const std::string left = person(200 + step, 100), right = person(900 - step, 120);
    Write(fmt::format(R"({{"version": 1.3, "people": [{}, {}]}})", t % 2 == 0 ? left : right,
                      t % 2 == 0 ? right : left),
          fmt::format("clip_{:012}_keypoints.json", t));
  }
  Write(R"({"people": []})", "clip_000000000007_keypoints.json");
  const ImportedKeypoints found = Import(folder_, {.fps = 50, .width_px = 1280, .height_px = 720});
  EXPECT_EQ(found.format, "OpenPose JSON folder, coco18");
  ASSERT_THAT(found.assumptions, SizeIs(1));
  EXPECT_EQ(found.assumptions[0].text,
            "that frames are counted from 0; the file's first is number 3");
  const KeypointSequence& keypoints = found.keypoints;
  EXPECT_EQ(keypoints.frame_count, 10);
  EXPECT_EQ(keypoints.fps, 50);
  EXPECT_EQ(keypoints.width_px, 1280);
  ASSERT_THAT(keypoints.people, SizeIs(2));
  for (const int t : {3, 4, 8, 9}) {
    const float step = 4 * t;
    ExpectBody(keypoints, 0, t, 900 - step, 120);  // first in file 3
    ExpectBody(keypoints, 1, t, 200 + step, 100);
  }
  for (const int t : {0, 1, 2, 5, 6, 7}) {
    EXPECT_FALSE(IsSeen(keypoints.people[0].frame(t))) << t;
  }
  EXPECT_EQ(keypoints.people[0].id, 1);
  EXPECT_EQ(keypoints.people[1].id, 2);

  Write("{\"people\": [", "clip_000000000010_keypoints.json");
  EXPECT_THAT(ErrorOf(folder_),
              AllOf(HasSubstr("000000000010_keypoints.json"), HasSubstr("cut off")));
  Write("[]", "other_000000000010_keypoints.json");
  EXPECT_THAT(ErrorOf(folder_), HasSubstr("one folder for each"));
}

TEST_F(ImportTest, CopiesOfAPersonInAFrameAreOnePerson) {
  const std::string body = Numbers(BodyIn(Layout("coco"), 300, 100), 0.9),
                    other = Numbers(BodyIn(Layout("coco"), 800, 100), 0.9);
  const auto openpose = [](const std::string& points) {
    return fmt::format(R"({{"pose_keypoints_2d": {}}})", points);
  };
  const KeypointSequence image = ImportKeypoints(
      Write(fmt::format(R"({{"people": [{0}, {1}, {0}, {0}]}})", openpose(body), openpose(other))),
      {.layout = "coco"});
  ASSERT_THAT(image.people, SizeIs(2));
  ExpectBody(image, 0, 0, 300, 100);
  ExpectBody(image, 1, 0, 800, 100);
  // Whatever their numbers are; the first stays. In another frame the same points are no copy.
  const auto tracked = [&](const char* picture, int id) {
    return fmt::format(R"({{"image_id": "{}", "category_id": 1, "keypoints": {}, "score": 1,)"
                       R"( "idx": {}}})",
                       picture, body, id);
  };
  const KeypointSequence clip = ImportKeypoints(
      Write(fmt::format("[{},{},{},{}]", tracked("v_0.png", 4), tracked("v_0.png", 2),
                        tracked("v_0.png", 9), tracked("v_1.png", 4))));
  ASSERT_THAT(clip.people, SizeIs(1));
  EXPECT_EQ(clip.people[0].id, 4);
  EXPECT_EQ(clip.frame_count, 2);
  ExpectBody(clip, 0, 1, 300, 100);
}

// A kilobyte of two frames, with hundreds of megabytes of rows between them.
TEST_F(ImportTest, ASmallFileTakesLittleMemory) {
  std::string pose = "0.5, 0.25", score = "0.5";
  for (int i = 1; i < 18; ++i) pose += ", 0.5, 0.25", score += ", 0.5";
  const auto frame = [&](int64_t index) {
    return fmt::format(R"({{"frame_index": {}, "skeleton": [{{"pose": [{}], "score": [{}]}}]}})",
                       index, pose, score);
  };
  const fs::path path = Write(fmt::format(R"({{"data": [{}, {}]}})", frame(1), frame(1'900'000)));
  EXPECT_THAT(ErrorOf(path, {.width_px = 640, .height_px = 480}),
              HasSubstr("more than can be held"));
}

// One slip of a tracker in one frame costs that frame's other detection, not all identities.
TEST_F(ImportTest, AnIdentityTwiceInAFrame) {
  std::vector<std::string> entries;
  const auto add = [&](int frame, int id, float x_px) {
    entries.push_back(fmt::format(
        R"({{"image_id": "{}.jpg", "category_id": 1, "keypoints": {}, "score": 2.9, "idx": {}}})",
        frame, Numbers(BodyIn(Layout("coco"), x_px, 100), 0.9), id));
  };
  for (int frame = 0; frame < 40; ++frame) {
    const auto moved = static_cast<float>(frame);
    add(frame, frame == 12 ? 5 : 2, 900 + moved);  // called 5 once, before the other 5
    add(frame, 5, 300 + moved);
  }
  const ImportedKeypoints found = Import(Write(fmt::format("[{}]", fmt::join(entries, ","))));
  ASSERT_THAT(found.keypoints.people, SizeIs(2));
  EXPECT_EQ(found.keypoints.people[1].id, 5);
  for (const int frame : {11, 12, 13}) {
    ExpectBody(found.keypoints, 1, frame, 300 + static_cast<float>(frame), 100);
  }
  EXPECT_EQ(At(found.keypoints, 0, 12, "nose").score, 0);
  ExpectBody(found.keypoints, 0, 13, 913, 100);
  const auto names_it = [](const ImportAssumption& assumption) {
    return assumption.text.find("called 5 in frame 12") != std::string::npos;
  };
  EXPECT_TRUE(std::ranges::any_of(found.assumptions, names_it));
}

TEST_F(ImportTest, AlphaPosesTrackIdsAndImageNames) {
  const auto entry = [](const char* image, const char* more, float x_px) {
    return fmt::format(R"({{"image_id": "{}", "category_id": 1, "keypoints": {}, "score": 2.9{}}})",
                       image, Numbers(BodyIn(Layout("coco"), x_px, 100), 0.9), more);
  };
  const auto list = [](const std::vector<std::string>& entries) {
    return fmt::format("[{}]", fmt::join(entries, ","));
  };
  const KeypointSequence tracked = ImportKeypoints(Write(list(
      {entry("vid_0007.png", R"(, "idx": [[7.0]])", 300),
       entry("vid_0007.png", R"(, "idx": 3)", 800), entry("vid_0009.png", R"(, "idx": 3)", 300)})));
  EXPECT_EQ(tracked.frame_count, 10);
  ASSERT_THAT(tracked.people, SizeIs(2));
  EXPECT_EQ(tracked.people[0].id, 3);
  EXPECT_EQ(tracked.people[1].id, 7);
  ExpectBody(tracked, 0, 9, 300, 100);  // the file's IDs take precedence over the places
  // Without a tracker all are 0, and they are followed.
  const KeypointSequence followed = ImportKeypoints(Write(
      list({entry("7.jpg", R"(, "idx": [0.0])", 300), entry("7.jpg", R"(, "idx": [0.0])", 800),
            entry("9.jpg", R"(, "idx": [0.0])", 805), entry("9.jpg", R"(, "idx": [0.0])", 295)})));
  ASSERT_THAT(followed.people, SizeIs(2));
  EXPECT_EQ(followed.frame_count, 10) << "frames of a video count from 0, with people or without";
  ExpectBody(followed, 0, 9, 295, 100);
  ExpectBody(followed, 1, 9, 805, 100);
  // Names that are no numbers come in the order of the file.
  const KeypointSequence named = ImportKeypoints(
      Write(list({entry("b.jpg", R"(, "box": [])", 300), entry("a.jpg", "", 300)})));
  EXPECT_EQ(named.frame_count, 2);
}

TEST_F(ImportTest, MediaPipesDictsAndLists) {
  const std::vector<Vec2f> body = BodyIn(Layout("mediapipe"), 300, 100);
  std::vector<std::string> dicts, lists;
  for (const Vec2f& p : body) {
    dicts.push_back(fmt::format(R"({{"x": {}, "y": {}, "z": -0.1, "visibility": 0.8}})", p.x / 1000,
                                p.y / 500));
    lists.push_back(fmt::format("[{}, {}, -3.5, 0.25]", p.x, p.y));
  }
  const std::string person = fmt::format("[{}]", fmt::join(dicts, ","));
  const std::string by_list = fmt::format("[{}]", fmt::join(lists, ","));
  const ImportOptions size{.width_px = 1000, .height_px = 500};
  for (const std::string& text :
       {fmt::format("[{}, [], {}]", person, person), fmt::format("[{}, null, {}]", person, person),
        fmt::format(
            R"({{"frames": [{{"landmarks": {}}}, {{"landmarks": []}}, {{"landmarks": {}}}]}})",
            person, person),
        fmt::format(
            R"([{{"frame": 0, "pose_landmarks": [{}]}}, {{"frame": 2, "pose_landmarks": [{}]}}])",
            person, person)}) {
    SCOPED_TRACE(text.substr(0, 60));
    const ImportedKeypoints found = Import(Write(text), size);
    EXPECT_EQ(found.format, "MediaPipe landmarks, mediapipe");
    ASSERT_EQ(found.keypoints.frame_count, 3);
    ExpectBody(found.keypoints, 0, 0, 300, 100);
    ExpectBody(found.keypoints, 0, 2, 300, 100);
    EXPECT_FALSE(IsSeen(found.keypoints.people[0].frame(1)));
    EXPECT_FLOAT_EQ(At(found.keypoints, 0, 0, "nose").score, 0.8F);
  }
  EXPECT_THAT(ErrorOf(Write(person)), HasSubstr("whose size is not known"));
  const KeypointSequence pixels = ImportKeypoints(Write(fmt::format("[{}]", by_list)));
  ExpectBody(pixels, 0, 0, 300, 100);
  EXPECT_FLOAT_EQ(At(pixels, 0, 0, "nose").score, 0.25F);
}

TEST_F(ImportTest, TensorFlowJsPosesHaveNamedPointsOfSeveralPeople) {
  const auto pose = [](float x_px) {
    std::string points;
    for (size_t j = 0; j < kJoints; ++j) {
      const Vec2f p = BodyAt(j, x_px, 100);
      points += fmt::format(R"({}{{"y": {}, "x": {}, "score": 0.5, "name": "{}"}})",
                            j == 0 ? "" : ",", p.y, p.x, Coco17().joint_names[j]);
    }
    return fmt::format(R"({{"score": 0.9, "keypoints": [{}]}})", points);
  };
  const KeypointSequence found = ImportKeypoints(
      Write(fmt::format("[[{}, {}], [{}, {}], []]", pose(200), pose(700), pose(705), pose(205))));
  EXPECT_EQ(found.frame_count, 3);
  ASSERT_THAT(found.people, SizeIs(2));
  ExpectBody(found, 0, 1, 205, 100);
  ExpectBody(found, 1, 1, 705, 100);
}

TEST_F(ImportTest, OwnFilesAsTheyAre) {
  KeypointSequence keypoints{.layout = Coco17(),
                             .fps = 24,
                             .width_px = 640,
                             .height_px = 360,
                             .start_s = 2,
                             .frame_count = 1};
  keypoints.people.push_back({.id = 9, .keypoints = {1, kJoints, Keypoint{5, 6, 0.5F}}});
  for (const char* name : {"own.npz", "own.json"}) {
    WriteKeypoints(folder_ / name, keypoints);
    const ImportedKeypoints found = Import(folder_ / name);
    EXPECT_EQ(found.format, "videopose keypoints");
    EXPECT_EQ(found.keypoints.people[0].id, 9);
    EXPECT_EQ(found.keypoints.start_s, 2);
    EXPECT_EQ(found.keypoints.people[0].keypoints, keypoints.people[0].keypoints);
    EXPECT_EQ(ImportKeypoints(folder_ / name, {.fps = 30}).fps, 30);
    EXPECT_THAT(ErrorOf(folder_ / name, {.layout = "coco"}), HasSubstr("says itself which joints"));
  }
}

TEST_F(ImportTest, LayoutsThatDoNotFit) {
  const fs::path path = Write(fmt::format(R"({{"people": [{{"pose_keypoints_2d": {}}}]}})",
                                          Numbers(BodyIn(Layout("coco"), 300, 100), 0.5)));
  EXPECT_THAT(ErrorOf(path, {.layout = "body25"}),
              HasSubstr("has 25 joints, but there are 17 points"));
  EXPECT_THAT(ErrorOf(path, {.layout = "boddy25"}), HasSubstr("did you mean body25?"));
  EXPECT_THAT(ErrorOf(path, {.layout = "nose,tail"}), HasSubstr("only 0 are shoulders"));
  EXPECT_THAT(ErrorOf(path, {.width_px = 3}), HasSubstr("both width and height"));
  // Names in an order of their own: left and right exchanged.
  std::string names;
  for (int j = 0; j < kJoints; ++j) {
    names += (j == 0 ? "" : ",") + Coco17().joint_names[Coco17().mirrored(j)];
  }
  const KeypointSequence mirrored = ImportKeypoints(path, {.layout = names});
  EXPECT_FLOAT_EQ(At(mirrored, 0, 0, "left_shoulder").x_px, 250);
}

// As Ultralytics' Results.to_json() has a person.
std::string YoloPerson(float x_px, float y_px, const std::string& more, double unit = 1) {
  std::string x, y, visible;
  for (size_t j = 0; j < kJoints; ++j) {
    const Vec2f point = BodyAt(j, x_px, y_px);
    const char* comma = j == 0 ? "" : ", ";
    // The right ear was not found: (0, 0).
    x += fmt::format("{}{}", comma, j == 4 ? 0 : point.x / unit);
    y += fmt::format("{}{}", comma, j == 4 ? 0 : point.y / unit);
    visible += fmt::format("{}{}", comma, 0.75);
  }
  return fmt::format(
      R"({{"name": "person", "class": 0, "box": {{"x1": 1}}, "keypoints": {{"x": [{}], "y": [{}], )"
      R"("visible": [{}]}}{}}})",
      x, y, visible, more);
}

TEST_F(ImportTest, UltralyticsYolo) {
  const std::string dog = R"({"name": "dog", "box": {"x1": 1}})";
  const fs::path video = Write(fmt::format(
      "[[{}, {}], [], [{}, {}]]", YoloPerson(300, 100, R"(, "track_id": 7)"), dog,
      YoloPerson(600, 120, R"(, "track_id": 9)"), YoloPerson(304, 100, R"(, "track_id": 7)")));
  const ImportedKeypoints found = Import(video, {.fps = 30, .width_px = 1280, .height_px = 720});
  EXPECT_EQ(found.format, "Ultralytics YOLO JSON, coco");
  EXPECT_EQ(found.keypoints.frame_count, 3);
  ASSERT_THAT(found.keypoints.people, SizeIs(2));
  EXPECT_EQ(found.keypoints.people[0].id, 7);
  EXPECT_EQ(found.keypoints.people[1].id, 9);
  ExpectBody(found.keypoints, 0, 0, 300, 100);
  ExpectBody(found.keypoints, 0, 2, 304, 100);
  ExpectBody(found.keypoints, 1, 2, 600, 120);
  EXPECT_FLOAT_EQ(At(found.keypoints, 0, 0, "nose").score, 0.75F);
  EXPECT_EQ(At(found.keypoints, 0, 0, "right_ear").score, 0);
  EXPECT_FALSE(IsSeen(found.keypoints.people[0].frame(1)));

  // One frame; normalised.
  const fs::path one = Write("[" + YoloPerson(300, 100, "", 1000) + "]");
  ExpectBody(ImportKeypoints(one, {.width_px = 1000, .height_px = 1000}), 0, 0, 300, 100);
  EXPECT_THAT(ErrorOf(one), HasSubstr("parts of the image"));
  EXPECT_THAT(ErrorOf(Write(R"([[{"name": "person", "keypoints": {"x": [1, 2], "y": [1]}}]])")),
              HasSubstr("frame 0: x, y and visible of different lengths"));
}

std::string YoloLine(float x_px, float y_px, const char* end) {
  std::string line = "0 0.5 0.5 0.25 0.75";
  for (size_t j = 0; j < kJoints; ++j) {
    const Vec2f point = BodyAt(j, x_px, y_px);
    line += fmt::format(" {} {} {}", point.x / 1000, point.y / 1000, 0.75);
  }
  return line + end + "\n";
}

TEST_F(ImportTest, UltralyticsYoloTexts) {
  fs::create_directories(folder_ / "labels");
  // Frames are counted from 1; the second one has no person and no file.
  Write(YoloLine(300, 100, " 0.875 4") + YoloLine(600, 100, " 0.5 2"), "labels/clip_1.txt");
  Write(YoloLine(310, 100, " 0.875 4"), "labels/clip_3.txt");
  const ImportedKeypoints found =
      Import(folder_ / "labels", {.fps = 30, .width_px = 1000, .height_px = 1000});
  EXPECT_EQ(found.format, "Ultralytics YOLO text folder, coco");
  EXPECT_EQ(found.keypoints.frame_count, 3);
  ASSERT_THAT(found.keypoints.people, SizeIs(2));
  EXPECT_EQ(found.keypoints.people[1].id, 4);
  ExpectBody(found.keypoints, 1, 0, 300, 100);
  ExpectBody(found.keypoints, 0, 0, 600, 100);
  ExpectBody(found.keypoints, 1, 2, 310, 100);
  EXPECT_THAT(ErrorOf(folder_ / "labels"), HasSubstr("parts of the image"));
  // With a confidence alone, and without any, people are followed.
  for (const char* end : {" 0.875", ""}) {
    const fs::path file = Write(YoloLine(300, 100, end));
    ExpectBody(ImportKeypoints(file, {.width_px = 1000, .height_px = 1000}), 0, 0, 300, 100);
  }
  EXPECT_THAT(ErrorOf(Write(YoloLine(300, 100, "") + "0 0.5\n")), HasSubstr("line 2: expected"));
  EXPECT_THAT(ErrorOf(Write("1 2 3\n4 5 6\n")), HasSubstr("text that begins with"));
}

TEST_F(ImportTest, UltralyticsYoloTextsOfModelsWithoutVisibility) {
  struct End {
    const char* text;
    int id;
  };
  // Nothing, a confidence, the number of a track, both.
  for (const auto& [text, id] :
       {End{"", 1}, {" 0.875", 1}, {" 4", 4}, {" 0.875 4", 4}, {" 0.875 1", 1}}) {
    SCOPED_TRACE(text);
    std::string line = "0 0.5 0.5 0.25 0.75";
    for (size_t j = 0; j < kJoints; ++j) {
      const Vec2f point = j == 4 ? Vec2f{} : BodyAt(j, 300, 100);  // no right ear
      line += fmt::format(" {} {}", point.x / 1000, point.y / 1000);
    }
    const ImportedKeypoints found =
        Import(Write(line + text + "\n"), {.width_px = 1000, .height_px = 1000});
    EXPECT_EQ(found.format, "Ultralytics YOLO text, coco");
    ASSERT_THAT(found.keypoints.people, SizeIs(1));
    EXPECT_EQ(found.keypoints.people[0].id, id);
    ExpectBody(found.keypoints, 0, 0, 300, 100);
    EXPECT_EQ(At(found.keypoints, 0, 0, "nose").score, 1);
    EXPECT_EQ(At(found.keypoints, 0, 0, "right_ear").score, 0);
  }
}

TEST_F(ImportTest, KineticsSkeleton) {
  const std::vector<Vec2f> body = BodyIn(Layout("coco18"), 300, 100);
  std::string pose, score;
  for (const Vec2f& point : body) {
    pose += fmt::format("{}{}, {}", pose.empty() ? "" : ", ", point.x / 1000, point.y / 1000);
    score += score.empty() ? "0.5" : ", 0.5";
  }
  const std::string person = fmt::format(R"({{"pose": [{}], "score": [{}]}})", pose, score);
  const fs::path path = Write(fmt::format(
      R"({{"data": [{{"frame_index": 1, "skeleton": [{}]}}, {{"frame_index": 2, "skeleton": []}}, )"
      R"({{"frame_index": 3, "skeleton": [{}]}}], "label": "dancing", "label_index": 5}})",
      person, person));
  const ImportedKeypoints found = Import(path, {.width_px = 1000, .height_px = 1000});
  EXPECT_EQ(found.format, "Kinetics-skeleton JSON, coco18");
  EXPECT_EQ(found.keypoints.frame_count, 3);
  ExpectBody(found.keypoints, 0, 0, 300, 100);
  ExpectBody(found.keypoints, 0, 2, 300, 100);
  EXPECT_THAT(ErrorOf(Write(R"({"data": [{"skeleton": [{"pose": [1], "score": [1]}]}]})")),
              HasSubstr("frame 0: expected pose"));
}

TEST_F(ImportTest, AlphaPoseForDisplay) {
  const std::string numbers = Numbers(BodyIn(Layout("coco"), 300, 100), 0.5);
  const fs::path path =
      Write(fmt::format(R"({{"1.jpg": [{{"keypoints": {0}, "scores": 2, "idx": 3}}], )"
                        R"("4.jpg": [{{"keypoints": {0}, "scores": 2, "idx": 3}}], "2.jpg": []}})",
                        numbers));
  const ImportedKeypoints found = Import(path);
  EXPECT_EQ(found.format, "AlphaPose JSON, coco");
  EXPECT_EQ(found.keypoints.frame_count, 5);  // 0.jpg has no person
  EXPECT_EQ(found.keypoints.people[0].id, 3);
  ExpectBody(found.keypoints, 0, 4, 300, 100);
}

// A person of a layout: point k at (10 k, 5 k).
Detections DetectionOf(const std::string& layout, int points) {
  Detections detections{.format = layout, .width_px = 1400, .height_px = 700};
  Detection detection{.frame = 0, .points = {}};
  for (int k = 0; k < points; ++k) {
    detection.points.push_back(
        {10.0F * static_cast<float>(k) + 1, 5.0F * static_cast<float>(k) + 1, 0.9F});
  }
  detections.found = {detection};
  return detections;
}

TEST(LimbEndsOfLayouts, AreBlazePosesWhereThereAreAny) {
  struct Expected {
    const char* layout;
    int points, left_heel, left_toe, left_pinky;  // -1: none
  };
  for (const Expected& e :
       {Expected{"body25", 25, 21, 19, -1}, Expected{"halpe26", 26, 24, 20, -1},
        Expected{"wholebody", 133, 19, 17, -1}, Expected{"mediapipe", 33, 29, 31, 17}}) {
    const KeypointSequence found =
        SequenceFrom(DetectionOf(e.layout, e.points), {.layout = e.layout, .fps = 30}, "it", 1e9)
            .keypoints;
    const PersonKeypoints& person = found.people.at(0);
    ASSERT_EQ(person.extra_points.joint_count(), 33) << e.layout;
    const auto expect = [&](const char* landmark, int point) {
      const ExtraPoint& at = person.extra_points.at(0, BlazePose33().IndexOf(landmark));
      EXPECT_EQ(at.score > 0, point >= 0) << e.layout << landmark;
      if (point < 0) return;
      EXPECT_EQ(at.x_px, 10.0F * static_cast<float>(point) + 1) << e.layout;
    };
    expect("left_heel", e.left_heel);
    expect("left_foot_index", e.left_toe);
    expect("left_pinky", e.left_pinky);
    expect("left_mouth", -1);  // that tells them from those of our own detector
    const ExtraPoint& ankle = person.extra_points.at(0, BlazePose33().IndexOf("left_ankle"));
    EXPECT_EQ(ankle.x_px, person.at(0, Coco17().IndexOf("left_ankle")).x_px);
  }
  const KeypointSequence coco =
      SequenceFrom(DetectionOf("coco", 17), {.fps = 30}, "it", 1e9).keypoints;
  EXPECT_TRUE(coco.people.at(0).extra_points.empty());
}

}  // namespace videopose::internal::import_keypoints_test

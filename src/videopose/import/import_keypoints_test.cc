// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "support/test_folder.h"
#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/files.h"
#include "videopose/import/joint_layouts.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::import_keypoints_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int kJoints = 17;

// Where the tests' person has COCO's joints: an upright body, 100 pixels to a shoulder's width.
Vec2f BodyAt(size_t joint, float x_px, float y_px) {
  constexpr Vec2f kBody[kJoints] = {{0, 0},     {9, -10},  {-9, -10},  {20, -6},   {-20, -6},
                                    {50, 60},   {-50, 60}, {60, 140},  {-60, 140}, {65, 210},
                                    {-65, 210}, {30, 200}, {-30, 200}, {32, 300},  {-32, 300},
                                    {34, 400},  {-34, 400}};
  return {x_px + kBody[joint].x, y_px + kBody[joint].y};
}

// The same body in the joints of a layout; what COCO does not have is near the head or the feet.
std::vector<Vec2f> BodyIn(const JointLayout& layout, float x_px, float y_px) {
  std::vector<Vec2f> points;
  for (const std::string& name : layout.joints) {
    const int coco = Coco17().IndexOf(name);
    if (coco >= 0) {
      points.push_back(BodyAt(static_cast<size_t>(coco), x_px, y_px));
    } else if (name == "neck" || name == "thorax") {
      points.push_back({x_px, y_px + 60});
    } else if (name == "pelvis") {
      points.push_back({x_px, y_px + 200});
    } else {
      const bool is_foot =
          name.find("toe") != std::string::npos || name.find("heel") != std::string::npos;
      points.push_back({x_px, is_foot ? y_px + 420 : y_px - 60});
    }
  }
  points.resize(layout.point_count, Vec2f{x_px, y_px});
  return points;
}

const JointLayout& Layout(std::string_view name) {
  for (const JointLayout& layout : KnownLayouts()) {
    if (layout.name == name) return layout;
  }
  throw Error("no such layout");
}

std::string Numbers(const std::vector<Vec2f>& points, double score) {
  std::string text;
  for (const Vec2f& point : points) {
    text += fmt::format("{}{}, {}, {}", text.empty() ? "" : ", ", point.x, point.y, score);
  }
  return "[" + text + "]";
}

class ImportTest : public testing::Test {
 protected:
  void SetUp() override { folder_ = EmptyFolder("import"); }

  // Named so that nothing can be told from the name.
  fs::path Write(const std::string& text, const std::string& name = "file") const {
    fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  static std::string ErrorOf(const fs::path& path, const ImportOptions& options = {}) {
    try {
      (void)Import(path, options);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  static Keypoint At(const KeypointSequence& keypoints, size_t person, int64_t frame,
                     const char* joint) {
    const size_t j = keypoints.layout.IndexOf(joint);
    return keypoints.people.at(person).frame(frame)[j];
  }
  // The joints from the shoulders down are those of the body, seen.
  static void ExpectBody(const KeypointSequence& keypoints, size_t person, int64_t frame,
                         float x_px, float y_px) {
    for (size_t j = 5; j < kJoints; ++j) {
      const Keypoint& found = keypoints.people.at(person).frame(frame)[j];
      const Vec2f expected = BodyAt(j, x_px, y_px);
      constexpr float kPrintedPx = 1e-2F;
      EXPECT_NEAR(found.x_px, expected.x, kPrintedPx) << Coco17().joint_names[j];
      EXPECT_NEAR(found.y_px, expected.y, kPrintedPx) << Coco17().joint_names[j];
      EXPECT_GT(found.score, 0) << Coco17().joint_names[j];
    }
  }

  fs::path folder_;
};

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
  // From number 3 on; 5 and 6 are missing, in 7 there is no person, and people change places.
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
  EXPECT_TRUE(found.assumptions.empty());
  const KeypointSequence& keypoints = found.keypoints;
  EXPECT_EQ(keypoints.frame_count, 7);
  EXPECT_EQ(keypoints.fps, 50);
  EXPECT_EQ(keypoints.width_px, 1280);
  ASSERT_THAT(keypoints.people, SizeIs(2));
  for (const int t : {3, 4, 8, 9}) {
    const float step = 4 * t;
    ExpectBody(keypoints, 0, t - 3, 900 - step, 120);  // first in file 3
    ExpectBody(keypoints, 1, t - 3, 200 + step, 100);
  }
  for (const int t : {5, 6, 7}) {
    EXPECT_FALSE(IsSeen(keypoints.people[0].frame(t - 3))) << t;
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

TEST_F(ImportTest, ArraysOfFramesBeforePeopleAreRefused) {
  constexpr int64_t kFrames = 30, kPeople = 2;
  const std::vector<Vec2f> body = BodyIn(Layout("coco"), 300, 100);
  Tensor frames_first({kFrames, kPeople, kJoints, 2}), people_first({kPeople, kFrames, kJoints, 2});
  for (int64_t t = 0; t < kFrames; ++t) {
    for (int64_t p = 0; p < kPeople; ++p) {
      for (int64_t j = 0; j < kJoints; ++j) {
        const auto& from = body[static_cast<size_t>(j)];
        const std::array<float, 2> at = {
            from.x + 400 * static_cast<float>(p) + static_cast<float>(t), from.y};
        std::ranges::copy(at, frames_first.data() + ((t * kPeople + p) * kJoints + j) * 2);
        std::ranges::copy(at, people_first.data() + ((p * kFrames + t) * kJoints + j) * 2);
      }
    }
  }
  WriteNpy(folder_ / "frames_first", MakeNpy(frames_first));
  EXPECT_THAT(ErrorOf(folder_ / "frames_first"), HasSubstr("numpy.swapaxes(array, 0, 1)"));
  WriteNpy(folder_ / "people_first", MakeNpy(people_first));
  EXPECT_THAT(ImportKeypoints(folder_ / "people_first").people, SizeIs(2));
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
  EXPECT_EQ(tracked.frame_count, 3);
  ASSERT_THAT(tracked.people, SizeIs(2));
  EXPECT_EQ(tracked.people[0].id, 3);
  EXPECT_EQ(tracked.people[1].id, 7);
  ExpectBody(tracked, 0, 2, 300, 100);  // the file's IDs take precedence over the places
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
            R"([{{"frame": 5, "pose_landmarks": [{}]}}, {{"frame": 7, "pose_landmarks": [{}]}}])",
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
  EXPECT_EQ(found.keypoints.frame_count, 3);
  EXPECT_NEAR(found.keypoints.fps, 50, 1e-6);
  ASSERT_THAT(found.keypoints.people, SizeIs(2));
  ExpectBody(found.keypoints, 0, 0, 300, 100);
  ExpectBody(found.keypoints, 1, 2, 400, 100);
  EXPECT_FALSE(IsSeen(found.keypoints.people[0].frame(1)));
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
  EXPECT_EQ(two.keypoints.frame_count, 2);
  ExpectBody(two.keypoints, 1, 1, 700, 100);
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

}  // namespace videopose::internal::import_keypoints_test

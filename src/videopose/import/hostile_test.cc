// SPDX-License-Identifier: Apache-2.0

// Damaged and malicious files: an Error, never a crash, and no absurd amounts of memory or time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/base/random.h"
#include "videopose/files.h"
#include "videopose/import/joint_layouts.h"

namespace videopose::internal::hostile_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class HostileImportTest : public testing::Test {
 protected:
  void TearDown() override { fs::remove(path_); }
  // The text of the Error, "" where the file can be read.
  std::string ErrorOf(const std::string& text) const {
    std::ofstream(path_, std::ios::binary) << text;
    try {
      (void)Import(path_);
    } catch (const Error& error) {
      EXPECT_STRNE(error.what(), "");
      return error.what();
    }
    return "";
  }
  const fs::path path_ = TestFolder() / "hostile_import";
};

std::string Flat(int points) {
  std::string text;
  for (int i = 0; i < points; ++i) {
    text += fmt::format("{}{}, {}, 0.9", i == 0 ? "" : ", ", 100 + 7 * i, 200 + 13 * i % 90);
  }
  return "[" + text + "]";
}

std::string Pairs(int points) {
  std::string text;
  for (int i = 0; i < points; ++i)
    text += fmt::format("{}[{}, {}]", i == 0 ? "" : ",", 100 + i, 300 - i);
  return "[" + text + "]";
}

// A small document of each format.
std::vector<std::string> Documents() {
  const std::string scores = "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0.5]";
  std::string csv = "frame", row = "0", scorer = "scorer", parts = "bodyparts", coords = "coords",
              named;
  for (const std::string& name : Coco17().joint_names) {
    csv += fmt::format(",{0}_x,{0}_y", name);
    row += ",10,20";
    scorer += ",s,s";
    parts += fmt::format(",{0},{0}", name);
    coords += ",x,y";
    named += fmt::format(R"({}"{}": {{"x": 10, "y": 200}})", named.empty() ? "" : ",", name);
  }
  return {
      fmt::format(R"({{"people": [{{"person_id": [-1], "pose_keypoints_2d": {}}}]}})", Flat(25)),
      fmt::format(R"([{{"image_id": "1.jpg", "keypoints": {}, "idx": [1.0]}}])", Flat(26)),
      fmt::format(R"([{{"image_id": 1, "keypoints": {}, "score": 1}}])", Flat(17)),
      fmt::format(
          R"({{"images": [{{"id": 1}}], "annotations": [{{"image_id": 1, "keypoints": {}}}]}})",
          Flat(17)),
      fmt::format(
          R"([{{"frame_id": 0, "instances": [{{"keypoints": {}, "keypoint_scores": {}}}]}}])",
          Pairs(17), scores),
      fmt::format("[{}, {}]", Pairs(33), Pairs(33)),
      fmt::format("[{{{}}}]", named),
      fmt::format(R"([{{"keypoints": {{"x": {0}, "y": {0}, "visible": {1}}}}}])",
                  "[10,20,30,40,50,60,70,80,90,100,110,120,130,140,150,160,170]", scores),
      fmt::format(R"({{"data": [{{"skeleton": [{{"pose": {}, "score": {}}}]}}]}})", Flat(12),
                  "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"),
      fmt::format(R"({{"1.jpg": [{{"keypoints": {}, "idx": 1}}]}})", Flat(17)),
      csv + "\n" + row + "\n",
      scorer + "\n" + parts + "\n" + coords + "\n" + row + "\n"};
}

TEST_F(HostileImportTest, EveryDocumentIsReadWhole) {
  for (const std::string& text : Documents()) EXPECT_EQ(ErrorOf(text), "") << text.substr(0, 80);
}

TEST_F(HostileImportTest, EveryPrefixIsAnErrorOrLess) {
  for (const std::string& text : Documents()) {
    const size_t step = std::max<size_t>(1, text.size() / 60);
    for (size_t length = 0; length < text.size(); length += step) {
      const std::string error = ErrorOf(text.substr(0, length));
      // JSON that is cut off is never taken for whole; a CSV may lack its last cell's last digits.
      if (text[0] == '{' || text[0] == '[') {
        EXPECT_NE(error, "") << text.substr(0, length);
      }
    }
  }
}

TEST_F(HostileImportTest, FlippedBytesNeverCrash) {
  RandomState random(7);
  int errors = 0;
  for (const std::string& text : Documents()) {
    for (int round = 0; round < 50; ++round) {
      std::string damaged = text;
      for (int flips = 0; flips < 3; ++flips) {
        const auto at = random.NextInterval(static_cast<uint32_t>(text.size() - 1));
        damaged[at] = static_cast<char>(random.NextInterval(255));
      }
      errors += ErrorOf(damaged).empty() ? 0 : 1;
    }
  }
  EXPECT_GT(errors, 0);
}

TEST_F(HostileImportTest, Nesting) {
  EXPECT_THAT(ErrorOf(std::string(1 << 20, '[')), HasSubstr("nested more than 64 deep"));
  std::string objects;
  for (int i = 0; i < 1000; ++i) objects += R"({"people":)";
  EXPECT_THAT(ErrorOf(objects), HasSubstr("nested"));
  // Nested as deep as is allowed, with nothing inside.
  EXPECT_THAT(ErrorOf(std::string(60, '[') + std::string(60, ']')), HasSubstr("known are"));
}

TEST_F(HostileImportTest, NumbersThatAreNone) {
  const auto with = [](const std::string& number) {
    std::string text = "[" + number + ", 5, 1";
    for (int i = 1; i < 17; ++i) text += fmt::format(", {}, {}, 1", 50 + i, 60 + i);
    return fmt::format(R"([{{"image_id": 1, "keypoints": {}], "score": 1}}])", text);
  };
  for (const char* number :
       {"NaN", "Infinity", "-Infinity", "null", "\"x\"", "1e300", "[1]", "{}"}) {
    EXPECT_EQ(ErrorOf(with(number)), "") << number;
    EXPECT_FALSE(ImportKeypoints(path_).people[0].keypoints[0].score > 0) << number;
  }
  EXPECT_THAT(ErrorOf(with("1e999")), HasSubstr("beyond all bounds"));
  EXPECT_THAT(ErrorOf(with("nan")), HasSubstr("mistake at byte"));
}

TEST_F(HostileImportTest, CountsThatDoNotFit) {
  EXPECT_THAT(ErrorOf(R"({"people": [{"pose_keypoints_2d": [1, 2, 3, 4]}]})"),
              HasSubstr("expected x, y, score"));
  EXPECT_THAT(ErrorOf(fmt::format(
                  R"([{{"image_id": 1, "keypoints": {}}}, {{"image_id": 2, "keypoints": {}}}])",
                  Flat(17), Flat(26))),
              HasSubstr("a person of 26 points, where others have 17"));
  EXPECT_THAT(
      ErrorOf(fmt::format(
          R"([{{"frame_id": 0, "instances": [{{"keypoints": {}, "keypoint_scores": [1]}}]}}])",
          Pairs(17))),
      HasSubstr("a score for each keypoint"));
  EXPECT_THAT(
      ErrorOf(fmt::format(
          R"({{"images": [{{"id": 1}}], "annotations": [{{"image_id": 2, "keypoints": {}}}]}})",
          Flat(17))),
      HasSubstr("there is no image 2"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("it is empty"));
  EXPECT_THAT(ErrorOf("   \n"), HasSubstr("it is empty"));
  EXPECT_THAT(ErrorOf(std::string("ab\0c", 4)), HasSubstr("no text"));
  EXPECT_THAT(ErrorOf("{}"), HasSubstr("an empty object"));
  EXPECT_THAT(ErrorOf("[]"), HasSubstr("an empty list"));
  EXPECT_THAT(ErrorOf("just a letter"), HasSubstr("text that begins with 'just a letter'"));
}

TEST_F(HostileImportTest, FramesAndPeopleBeyondAllBounds) {
  const auto frame = [](const std::string& id) {
    return fmt::format(
        R"({{"frame_id": {}, "instances": [{{"keypoints": {}, "keypoint_scores": {}}}]}})", id,
        Pairs(17), "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]");
  };
  EXPECT_THAT(ErrorOf("[" + frame("0") + "," + frame("1999999999") + "]"),
              HasSubstr("more than can be held"));
  EXPECT_THAT(ErrorOf("[" + frame("0") + "," + frame("1e30") + "]"),
              HasSubstr("expected frame_id"));
  // Images with such numbers are no frames of a video: they follow each other.
  const std::string entry = R"({{"image_id": {}, "keypoints": {}}})";
  EXPECT_EQ(
      ErrorOf(fmt::format(
          R"([{{"image_id": 1, "keypoints": {0}}}, {{"image_id": 9000000000000000000, "keypoints": {0}}}])",
          Flat(17))),
      "");
  EXPECT_EQ(ImportKeypoints(path_).frame_count, 2);
  std::string crowd;
  for (int i = 0; i < 501; ++i) {  // of people who differ
    const std::string points = fmt::format("[{}{}", i, Flat(17).substr(Flat(17).find(',')));
    crowd += fmt::format(R"({}{{"pose_keypoints_2d": {}}})", i == 0 ? "" : ",", points);
  }
  EXPECT_THAT(ErrorOf(fmt::format(R"({{"people": [{}]}})", crowd)),
              HasSubstr("501 people in one image"));
}

}  // namespace videopose::internal::hostile_test

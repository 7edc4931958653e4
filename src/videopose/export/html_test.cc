// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "support/test_folder.h"
#include "videopose/base/read_file.h"
#include "videopose/export/html_data.h"
#include "videopose/export/test_motion.h"
#include "videopose/export/web_files.h"
#include "videopose/motion_files/text_table.h"

namespace videopose::internal::html_test {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

std::string FromBase64(const std::string& text) {
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    if (c == '=') break;
    const int digit = c >= 'a'   ? c - 'a' + 26
                      : c >= 'A' ? c - 'A'
                      : c >= '0' ? c - '0' + 52
                      : c == '+' ? 62
                                 : 63;
    group = group << 6 | static_cast<uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(group >> bits & 255));
  }
  return bytes;
}

// As the page does it (web/page.js).
std::vector<float> Decoded(const json& track, size_t frames) {
  const std::string bytes = FromBase64(track.at("bytes"));
  const size_t channels = track.at("channels");
  std::vector<float> values(frames * channels, kNothing);
  size_t at = 0;
  for (const json& run : track.at("runs")) {
    std::vector<double> before(channels, kNothing), speed(channels, 0);
    for (size_t t = run[0]; t < run[1]; ++t) {
      for (size_t c = 0; c < channels; ++c) {
        uint64_t code = 0;
        for (int shift = 0;; shift += 7) {
          const uint8_t byte = bytes.at(at++);
          code |= static_cast<uint64_t>(byte & 127U) << shift;
          if (byte < 128) break;
        }
        if (code == 0) continue;
        const double added =
            code % 2 == 1 ? static_cast<double>((code - 1) / 2) : -static_cast<double>(code / 2);
        const bool is_first = std::isnan(before[c]);
        const double value = is_first ? added : before[c] + speed[c] + added;
        speed[c] = is_first ? 0 : value - before[c];
        before[c] = value;
        values[t * channels + c] = value * track.at("step").get<double>();
      }
    }
  }
  EXPECT_EQ(at, bytes.size());
  return values;
}

json JsonOf(const CodedTrack& track) {
  json runs = json::array();
  for (const FrameRange& run : track.runs) runs.push_back({run.begin, run.end});
  return {
      {"runs", runs}, {"channels", track.channels}, {"step", track.step}, {"bytes", track.bytes}};
}

std::string PageOf(const Motion& motion, const KeypointSequence* keypoints = nullptr,
                   const HtmlOptions& options = {}) {
  const fs::path path = TestFolder() / "page.html";
  WriteHtml(path, motion, keypoints, options);
  return ReadFile(path);
}

std::string DataTextOf(const std::string& page) {
  const std::string begin = "id=\"data\">";
  const size_t at = page.find(begin) + begin.size();
  return page.substr(at, page.find("</script>", at) - at);
}

json DataOf(const std::string& page) { return json::parse(DataTextOf(page)); }

TEST(HtmlData, DecodedIsWithinHalfAStep) {
  std::mt19937 random(3);
  std::normal_distribution<float> walk(0, 0.05F);
  std::vector<float> values(200 * 3);
  for (size_t i = 0; i < values.size(); ++i) values[i] = (i < 3 ? 0 : values[i - 3]) + walk(random);
  for (size_t t = 50; t < 60; ++t) {
    for (size_t c = 0; c < 3; ++c) values[t * 3 + c] = kNothing;
  }
  values[30 * 3 + 1] = kNothing;
  values[60 * 3] = kNothing;
  values[100 * 3 + 2] = std::numeric_limits<float>::infinity();
  values[120 * 3] = -90'000;
  const CodedTrack track = EncodeTrack(values, 3, 0.0005);
  EXPECT_THAT(track.runs, ElementsAre(FrameRange{0, 50}, FrameRange{60, 200}));
  const std::vector<float> decoded = Decoded(JsonOf(track), 200);
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(std::isfinite(values[i]), std::isfinite(decoded[i])) << i;
    if (!std::isfinite(values[i])) continue;
    // And the float's own precision.
    ASSERT_NEAR(values[i], decoded[i], 0.00025 + 1e-7 * std::abs(values[i])) << i;
  }
}

TEST(HtmlData, AbsurdNumbersEndSomewhere) {
  const std::vector<float> values = {3e38F, -3e38F, 3e38F, -3e38F, 0};
  const std::vector<float> decoded = Decoded(JsonOf(EncodeTrack(values, 1, 0.0005)), 5);
  EXPECT_FLOAT_EQ(decoded[0], 1e5F);
  EXPECT_FLOAT_EQ(decoded[3], -1e5F);
  EXPECT_EQ(decoded[4], 0);
}

TEST(HtmlData, NothingAtAll) {
  EXPECT_EQ(EncodeTrack({}, 3, 1).bytes, "");
  EXPECT_TRUE(EncodeTrack(std::vector<float>(30, kNothing), 3, 1).runs.empty());
}

// RFC 4648, section 10.
TEST(HtmlData, Base64IsThatOfTheStandard) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foo"), "Zm9v");
  EXPECT_EQ(Base64("foob"), "Zm9vYg==");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64("\xFB\xFF\xFE"), "+//+");
}

TEST(Html, FillReplacesNamesOnceAndLeavesOthers) {
  EXPECT_EQ(web::Fill("<{{a}}> {{b}} {{c}} {{", {{"a", "{{b}}"}, {"b", "2"}}),
            "<{{b}}> 2 {{c}} {{");
}

TEST(Html, JointsAreInTheWorldToHalfAMillimetre) {
  Motion motion = TestMotion(SyntheticKind::kWalkToAndFro, {.noise_m = 0.004});
  Forget(motion, 20, 33);
  motion.people[0].frame(50)[9].y = kNothing;  // half a pose is none
  const json data = DataOf(PageOf(motion));
  EXPECT_EQ(data["frames"], motion.frame_count);
  EXPECT_EQ(data["fps"], motion.fps);
  const json& track = data["people"][0]["joints"];
  const size_t frames = motion.frame_count;
  EXPECT_EQ(track["runs"], json::parse("[[0,20],[33,50],[51," + std::to_string(frames) + "]]"));
  const std::vector<float> decoded = Decoded(track, frames);
  const JointTrack<Vec3f> joints = JointsInWorld(motion, motion.people[0]);
  for (size_t i = 0; i < joints.size(); ++i) {
    if (i / 17 == 50 || !IsFinite(joints[i])) {
      ASSERT_TRUE(std::isnan(decoded[3 * i])) << i;
      continue;
    }
    const Vec3f read{decoded[3 * i], decoded[3 * i + 1], decoded[3 * i + 2]};
    ASSERT_LT(Norm(read - joints[i]), 0.0005) << i;
  }
}

TEST(Html, AnglesAreThoseOfTheTable) {
  const Motion motion = TestMotion(SyntheticKind::kSquats);
  const json data = DataOf(PageOf(motion));
  const auto names = data["angles"].get<std::vector<std::string>>();
  EXPECT_EQ(names[2], "left_knee_flexion");
  const auto decoded =
      Decoded(data["people"][0]["angles"], static_cast<size_t>(motion.frame_count));
  float deepest = 0;
  for (size_t i = 2; i < decoded.size(); i += names.size()) deepest = std::max(deepest, decoded[i]);
  EXPECT_GT(deepest, 60);
  EXPECT_LT(deepest, 150);
}

// 10 minutes of a noisy walker at 25 frames a second, with the keypoints of a video.
TEST(Html, IsSmall) {
  Motion motion = TestMotion(SyntheticKind::kWalkInCircle, {.noise_m = 0.004});
  PersonMotion& person = motion.people[0];
  const JointTrack<Vec3f> once = person.joints_in_cam;
  const std::vector<Vec3f> roots = person.root_in_cam;
  motion.frame_count = 15'000;
  person.joints_in_cam.ResizeFrames(15'000);
  person.root_in_cam.resize(15'000);
  for (size_t i = 0; i < person.joints_in_cam.size(); ++i) {
    person.joints_in_cam[i] = once[i % once.size()];
  }
  for (size_t i = 0; i < person.root_in_cam.size(); ++i) {
    person.root_in_cam[i] = roots[i % roots.size()];
  }
  person.feet_down.clear();
  KeypointSequence keypoints{.layout = Coco17(), .fps = 25, .frame_count = 15'000, .people = {{}}};
  std::mt19937 random(5);
  std::normal_distribution<float> noise(0, 2);
  keypoints.people[0].keypoints = {15'000, 17};
  for (Keypoint& point : keypoints.people[0].keypoints) {
    point = {500 + noise(random), 300 + noise(random), 1};
  }
  const std::string page = PageOf(motion, &keypoints, {.video = "clip.mp4"});
  const std::string data = DataTextOf(page);
  RecordProperty("page_bytes", static_cast<int>(page.size() - data.size()));
  RecordProperty("data_bytes", static_cast<int>(data.size()));
  EXPECT_LT(page.size() - data.size(), 60'000U);
  EXPECT_LT(data.size(), 3'000'000U);
  const size_t without_video = DataTextOf(PageOf(motion)).size();
  RecordProperty("data_bytes_without_video", static_cast<int>(without_video));
  EXPECT_LT(without_video, 1'600'000U);
}

TEST(Html, NothingOfATitleIsCode) {
  const Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  const std::string page = PageOf(motion, nullptr,
                                  {.title = "</script><script>alert('1')</script>\" & {{data}}",
                                   .video = "/tmp/</script><script>'\"%?#.mp4"});
  EXPECT_THAT(page, Not(HasSubstr("alert('1')</script>")));
  EXPECT_THAT(page, HasSubstr("<title>&lt;/script&gt;&lt;script&gt;alert('1')&lt;/script&gt;&quot; "
                              "&amp; {{data}}</title>"));
  const std::string video = DataOf(page)["video"];
  EXPECT_THAT(video, testing::EndsWith("%3C/script%3E%3Cscript%3E%27%22%25%3F%23.mp4"));
}

TEST(Html, TheVideoIsNamedByTheWayFromThePage) {
  const Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  const fs::path folder = TestFolder();
  EXPECT_EQ(DataOf(PageOf(motion, nullptr, {.video = folder / "a b.mp4"}))["video"], "a%20b.mp4");
  EXPECT_EQ(DataOf(PageOf(motion, nullptr, {.video = folder / "v" / "a.mp4"}))["video"], "v/a.mp4");
  EXPECT_FALSE(DataOf(PageOf(motion)).contains("video"));
}

TEST(Html, KeypointsComeWithAVideoOnly) {
  const Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  KeypointSequence keypoints{.layout = Coco17(), .start_s = 2, .frame_count = motion.frame_count};
  keypoints.people.push_back({.id = motion.people[0].id, .keypoints = {motion.frame_count, 17}});
  JointTrack<Keypoint>& points = keypoints.people[0].keypoints;
  for (size_t i = 0; i < points.size(); ++i) {
    points[i] = {static_cast<float>(i % 100), 7, i % 17 == 3 ? 0.F : 1.F};
  }
  EXPECT_FALSE(DataOf(PageOf(motion, &keypoints))["people"][0].contains("keypoints"));
  const json data = DataOf(PageOf(motion, &keypoints, {.video = "clip.mp4"}));
  EXPECT_EQ(data["start"], 2);
  EXPECT_EQ(data["layout"]["names"][0], "nose");
  const std::vector<float> decoded =
      Decoded(data["people"][0]["keypoints"], static_cast<size_t>(motion.frame_count));
  EXPECT_EQ(decoded[2 * 21], 21);
  EXPECT_EQ(decoded[2 * 21 + 1], 7);
  EXPECT_TRUE(std::isnan(decoded[2 * 3]));  // not seen
}

TEST(Html, SeveralPeopleAndNone) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  motion.people.push_back(motion.people[0]);
  motion.people[1].id = 12;
  Forget(motion, 0, motion.frame_count);
  const json data = DataOf(PageOf(motion));
  ASSERT_EQ(data["people"].size(), 2U);
  EXPECT_EQ(data["people"][1]["id"], 12);
  EXPECT_TRUE(data["people"][0]["joints"]["runs"].empty());
  EXPECT_EQ(data["people"][1]["joints"]["runs"].size(), 1U);

  motion.people.clear();
  motion.camera.reset();
  motion.frame_count = 0;
  motion.fps = kNothing;
  EXPECT_EQ(DataOf(PageOf(motion))["fps"], 25);
}

TEST(Html, ACameraThatTurnsIsThereInEachFrame) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  EXPECT_FALSE(DataOf(PageOf(motion)).contains("cameras")) << "it stands still";
  motion.camera_path.assign(static_cast<size_t>(motion.frame_count), *motion.camera);
  motion.camera_path[3].lens.focal_px = {700, 700};
  motion.camera_path[3].world_from_cam.translation = {1, 2, 3};
  const json cameras = DataOf(PageOf(motion))["cameras"];
  ASSERT_EQ(std::ssize(cameras), motion.frame_count);
  EXPECT_EQ(cameras[3]["focal"], 700);
  EXPECT_THAT(cameras[3]["position"], ElementsAre(1, 2, 3));
}

TEST(Html, CutsAreThere) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  EXPECT_FALSE(DataOf(PageOf(motion)).contains("cuts"));
  motion.cuts = {7, 15};
  EXPECT_THAT(DataOf(PageOf(motion))["cuts"], ElementsAre(7, 15));
}

TEST(Html, AsksForNothingFromElsewhere) {
  const std::string page = PageOf(TestMotion(SyntheticKind::kWaving, {.duration_s = 1}));
  for (const char* sign : {"http:", "https:", "fetch(", "XMLHttp", "import ", "@import", "url("}) {
    EXPECT_THAT(page, Not(HasSubstr(sign)));
  }
}

}  // namespace videopose::internal::html_test

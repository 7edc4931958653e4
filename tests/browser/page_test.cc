// SPDX-License-Identifier: Apache-2.0

// The exported page in Chromium: loaded from a file, used by drive_page.js, read back as text.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "chromium.h"
#include "support/test_folder.h"
#include "videopose/export/html.h"
#include "videopose/export/test_motion.h"
#include "videopose/media.h"

namespace videopose::internal::page_test {

namespace fs = std::filesystem;
using nlohmann::json;

class BrowserTest : public testing::Test {
 protected:
  void SetUp() override {
    if (Chromium::Find().empty()) {
      GTEST_SKIP() << "no Chromium here; tools/setup.sh browser installs it";
    }
    folder_ = EmptyFolder("videopose_browser");
  }

  // What the script saw in a window of this size; upright: a phone. A screenshot of the page
  // after that goes to the folder VIDEOPOSE_SCREENSHOTS, where there is one.
  json Drive(const Motion& motion, int width_px, int height_px,
             const std::string& script = "drive_page.js",
             const std::optional<fs::path>& video = std::nullopt) {
    const fs::path path = folder_ / "page.html";
    WriteHtml(path, motion, nullptr, {.title = "walk", .video = video});
    Chromium chromium(folder_, width_px, height_px, width_px < height_px);
    chromium.Open("file://" + path.string());
    chromium.Drive(script);
    json seen = chromium.Result();
    if (const char* folder = std::getenv("VIDEOPOSE_SCREENSHOTS")) {
      const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
      chromium.Screenshot(fs::path(folder) / (std::string(test->name()) + ".png"));
    }
    return seen;
  }

  fs::path folder_;
};

TEST_F(BrowserTest, PageLoadsPlaysScrubsAndOrbits) {
  Motion motion = TestMotion(SyntheticKind::kWalkToAndFro, {.duration_s = 4});
  motion.people.push_back(motion.people[0]);
  motion.people[1].id = 2;
  for (Vec3f& root : motion.people[1].root_in_cam) root.x += 1;
  Forget(motion, 0, 5);
  for (Vec3f& joint : motion.people[1].frame(0)) joint = kNoJoint;
  motion.cuts = {20, 50};
  const json seen = Drive(motion, 1280, 800);
  ASSERT_TRUE(seen.contains("errors"));
  EXPECT_EQ(seen["errors"], json::array()) << seen;
  EXPECT_TRUE(seen["scene"]);
  ASSERT_EQ(seen["ticks"].size(), 2U);
  EXPECT_NEAR(seen["ticks"][0].get<double>(), 20, 0.01);
  EXPECT_NEAR(seen["ticks"][1].get<double>(), 50, 0.01);
  EXPECT_EQ(seen["people"], 2);
  EXPECT_EQ(seen["firstFrame"], 1);  // the first frame with a person
  EXPECT_GT(seen["bodyPixels"], 1000);
  EXPECT_TRUE(seen["plays"]);
  EXPECT_GT(seen["timePlayed"], 3);
  EXPECT_TRUE(seen["pauses"]);
  EXPECT_TRUE(seen["imageMoved"]);
  EXPECT_EQ(seen["scrubbed"], 12);
  EXPECT_NEAR(seen["scrubbedToMiddle"].get<double>(), 0.5, 0.02);
  EXPECT_EQ(seen["stepped"], 1);
  EXPECT_TRUE(seen["atEnd"]);
  EXPECT_NEAR(seen["orbited"].get<double>(), 0.5, 1e-6);  // 80 pixels of 160 a radian
  EXPECT_TRUE(seen["imageTurned"]);
  EXPECT_NEAR(seen["pinched"].get<double>(), 0.5, 1e-6);
  EXPECT_TRUE(seen["wheeled"]);
  EXPECT_TRUE(seen["isReset"]);
  EXPECT_GT(seen["trails"], 4);
  EXPECT_EQ(seen["hidden"], 1);
  EXPECT_TRUE(seen["help"]);
  EXPECT_EQ(seen["tabs"], "Hip Knee Shoulder Elbow Trunk");
  EXPECT_THAT(seen["values"].get<std::string>(), testing::HasSubstr("°"));
  EXPECT_TRUE(seen["fits"]);
  EXPECT_EQ(seen["outside"], json::array());
}

TEST_F(BrowserTest, PageWithoutPeopleOnAPhoneHasNoErrors) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  motion.people.clear();
  const json seen = Drive(motion, 390, 844);
  ASSERT_TRUE(seen.contains("errors"));
  EXPECT_EQ(seen["errors"], json::array()) << seen;
  EXPECT_EQ(seen["people"], 0);
  EXPECT_TRUE(seen["fits"]);
  EXPECT_EQ(seen["outside"], json::array());
}

TEST_F(BrowserTest, PageOnAPhoneFits) {
  Motion motion = TestMotion(SyntheticKind::kWalkToAndFro, {.duration_s = 4});
  for (const int id : {2, 3, 4}) {
    motion.people.push_back(motion.people[0]);
    motion.people.back().id = id;
    for (Vec3f& root : motion.people.back().root_in_cam) root.x += static_cast<float>(id) - 1;
  }
  const json seen = Drive(motion, 390, 844);
  ASSERT_TRUE(seen.contains("errors"));
  EXPECT_EQ(seen["errors"], json::array()) << seen;
  EXPECT_TRUE(seen["plays"]);
  EXPECT_TRUE(seen["fits"]);
  EXPECT_EQ(seen["outside"], json::array());
}

// Frame k is gray of 20 + 4 k.
void WriteGrayVideo(const fs::path& path, int frames, int width_px, int height_px) {
  VideoWriter writer(path, {.width_px = width_px,
                            .height_px = height_px,
                            .frame_rate = {.numerator = 25, .denominator = 1},
                            .crf = 5});
  for (int k = 0; k < frames; ++k) {
    Image image(width_px, height_px);
    std::fill(image.bgrx.begin(), image.bgrx.end(), static_cast<uint8_t>(20 + 4 * k));
    writer.Write(image);
  }
  writer.Close();
}

TEST_F(BrowserTest, VideoGoesInStep) {
  const Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 2});
  const auto frames = static_cast<int>(motion.frame_count);
  ASSERT_EQ(motion.fps, 25);
  WriteGrayVideo(folder_ / "clip.mp4", frames, 320, 180);
  const json seen = Drive(motion, 390, 844, "drive_video.js", folder_ / "clip.mp4");
  ASSERT_TRUE(seen.contains("errors"));
  EXPECT_EQ(seen["errors"], json::array()) << seen;
  EXPECT_TRUE(seen["isShown"]);
  // Paused frames are exactly those of the pose: 4 gray levels apart, of which coding loses 1.
  ASSERT_EQ(seen["still"].size(), 6U) << seen;
  for (const json& pair : seen["still"]) {
    EXPECT_NEAR(pair["video"].get<double>(), pair["frame"].get<double>(), 0.4) << pair;
  }
  EXPECT_EQ(seen["still"][0]["frame"], 30);
  EXPECT_EQ(seen["still"][4]["frame"], 1);
  // The pose is that of the frame the browser says it shows; what can be read back may be its
  // neighbour already.
  ASSERT_GT(seen["played"].size(), 4U) << seen;
  double before = 0;
  for (const json& pair : seen["played"]) {
    EXPECT_EQ(pair["frame"], pair["shown"]) << pair;
    EXPECT_NEAR(pair["video"].get<double>(), pair["frame"].get<double>(), 1.4) << pair;
    EXPECT_GE(pair["frame"].get<double>(), before);
    before = pair["frame"];
  }
  EXPECT_GT(before, seen["played"][0]["frame"]);
  EXPECT_TRUE(seen["paused"]);
  EXPECT_TRUE(seen["stays"]);
  EXPECT_EQ(seen["rate"], 0.25);
  EXPECT_EQ(seen["endsAt"], frames - 1);
}

}  // namespace videopose::internal::page_test

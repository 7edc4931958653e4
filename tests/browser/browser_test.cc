// The exported page in Chromium: loaded from a file, used by drive_page.js, read back as text.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "videopose/export/html.h"
#include "videopose/export/test_motion.h"
#include "videopose/io/text_table.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string OutputOf(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 4096> chunk{};
  while (const size_t size = fread(chunk.data(), 1, chunk.size(), pipe.get())) {
    output.append(chunk.data(), size);
  }
  return output;
}

// Empty where there is none.
std::string Chromium() {
  std::string path = OutputOf(
      "command -v chromium || command -v chromium-browser || command -v google-chrome || true");
  return path.substr(0, path.find('\n'));
}

void ReplaceFirst(std::string& text, const std::string& what, const std::string& with) {
  const size_t at = text.find(what);
  ASSERT_NE(at, std::string::npos) << what;
  text.replace(at, what.size(), with);
}

class BrowserTest : public testing::Test {
 protected:
  void SetUp() override {
    chromium_ = Chromium();
    if (chromium_.empty()) GTEST_SKIP() << "no Chromium here; tools/setup.sh browser installs it";
    folder_ = fs::path(testing::TempDir()) / "videopose_browser";
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  // What drive_page.js saw.
  json Drive(const Motion& motion, int width_px, int height_px) {
    const fs::path path = folder_ / "page.html";
    WriteHtml(path, motion, nullptr, {.title = "walk"});
    std::string page = ReadWholeFile(path);
    ReplaceFirst(page, "<head>",
                 "<head><script>window.errorsSeen = [];"
                 "addEventListener('error', e => errorsSeen.push(String(e.message)));"
                 "addEventListener('unhandledrejection', e => errorsSeen.push(String(e.reason)));"
                 "console.error = console.warn = (...all) => errorsSeen.push(all.join(' '));"
                 "</script>");
    ReplaceFirst(page, "</body>",
                 "<script>" +
                     ReadWholeFile(fs::path(VIDEOPOSE_SOURCE_DIR) / "tests/browser/drive_page.js") +
                     "</script></body>");
    std::ofstream(path, std::ios::binary) << page;
    const std::string size = std::to_string(width_px) + "," + std::to_string(height_px);
    const std::string dom = OutputOf(
        "timeout 240 '" + chromium_ +
        "' --headless=new --no-sandbox --use-angle=swiftshader --enable-unsafe-swiftshader"
        " --hide-scrollbars --disable-renderer-backgrounding --disable-background-networking"
        " --no-first-run --virtual-time-budget=4000 --user-data-dir='" +
        (folder_ / "profile").string() + "' --window-size=" + size + " --dump-dom 'file://" +
        path.string() + "' 2>'" + (folder_ / "log.txt").string() + "'");
    const std::string begin = "<pre id=\"result\">";
    const size_t at = dom.rfind(begin);  // the script names it, too
    if (at == std::string::npos) {
      ADD_FAILURE() << "no result; Chromium says: " << ReadWholeFile(folder_ / "log.txt");
      return {};
    }
    const size_t from = at + begin.size();
    return json::parse(dom.substr(from, dom.find("</pre>", from) - from));
  }

  std::string chromium_;
  fs::path folder_;
};

TEST_F(BrowserTest, PageLoadsPlaysScrubsAndOrbits) {
  Motion motion = TestMotion(SyntheticKind::kWalkToAndFro, {.duration_s = 4});
  motion.people.push_back(motion.people[0]);
  motion.people[1].id = 2;
  for (Vec3f& root : motion.people[1].root_in_cam) root.x += 1;
  Forget(motion, 0, 5);
  for (Vec3f& joint : motion.people[1].frame(0, 17)) joint = kNoJoint;
  const json seen = Drive(motion, 1280, 800);
  ASSERT_TRUE(seen.contains("errors"));
  EXPECT_EQ(seen["errors"], json::array()) << seen;
  EXPECT_EQ(seen["people"], 2);
  EXPECT_EQ(seen["firstFrame"], 1);  // where somebody is seen first
  EXPECT_GT(seen["bodyPixels"], 1000);
  EXPECT_TRUE(seen["plays"]);
  EXPECT_GT(seen["timePlayed"], 3);
  EXPECT_TRUE(seen["pauses"]);
  EXPECT_TRUE(seen["pictureMoved"]);
  EXPECT_EQ(seen["scrubbed"], 12);
  EXPECT_NEAR(seen["scrubbedToMiddle"].get<double>(), 0.5, 0.02);
  EXPECT_EQ(seen["stepped"], 1);
  EXPECT_TRUE(seen["atEnd"]);
  EXPECT_NEAR(seen["orbited"].get<double>(), 0.5, 1e-6);  // 80 pixels of 160 a radian
  EXPECT_TRUE(seen["pictureTurned"]);
  EXPECT_NEAR(seen["pinched"].get<double>(), 0.5, 1e-6);
  EXPECT_TRUE(seen["wheeled"]);
  EXPECT_TRUE(seen["isReset"]);
  EXPECT_GT(seen["trails"], 4);
  EXPECT_EQ(seen["hidden"], 1);
  EXPECT_TRUE(seen["help"]);
  EXPECT_EQ(seen["tabs"], 5);
  EXPECT_THAT(seen["values"].get<std::string>(), testing::HasSubstr("°"));
  EXPECT_TRUE(seen["fits"]);
}

TEST_F(BrowserTest, PageOfNobodyOnAPhoneHasNoErrors) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  motion.people.clear();
  const json seen = Drive(motion, 500, 844);
  ASSERT_TRUE(seen.contains("errors"));
  EXPECT_EQ(seen["errors"], json::array()) << seen;
  EXPECT_EQ(seen["people"], 0);
  EXPECT_TRUE(seen["fits"]);
}

}  // namespace
}  // namespace videopose

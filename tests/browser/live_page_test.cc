// SPDX-License-Identifier: Apache-2.0

// The page of `videopose live --serve` in Chromium, with the program and a video at its own pace.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "../e2e/clips.h"
#include "../e2e/program.h"
#include "chromium.h"
#include "support/models.h"
#include "support/test_folder.h"
#include "videopose/media.h"

namespace videopose::internal::live_page_test {

namespace fs = std::filesystem;
using nlohmann::json;

// A loopback port without a listener.
int FreePort() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  close(listener);
  return ntohs(address.sin_port);
}

bool Answers(int port) {
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const bool answers =
      connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(client);
  return answers;
}

// The figure in a loop, for longer than the test runs.
void WriteLongClip(const fs::path& path) {
  constexpr int kMinutes = 3;
  std::vector<Image> images;
  VideoReader reader(FigureClip());
  for (Image image; reader.Read(image);) images.push_back(image);
  VideoWriter writer(
      path,
      {.width_px = images[0].width_px, .height_px = images[0].height_px, .frame_rate = {25, 1}});
  for (size_t i = 0; i < kMinutes * 60 * 25; ++i) writer.Write(images[i % images.size()]);
  writer.Close();
}

TEST(LivePage, ShowsImageBonesAndBodyAsTheyCome) {
  SKIP_WITHOUT_MODELS();
  if (Chromium::Find().empty()) {
    GTEST_SKIP() << "no Chromium here; tools/setup.sh browser installs it";
  }
  const fs::path folder = EmptyFolder("live_page"), clip = folder / "clip.mp4";
  WriteLongClip(clip);
  const int port = FreePort();
  std::atomic<bool> is_seen{false}, has_ended{false};
  ProgramOutcome outcome;
  std::thread program([&] {
    outcome = RunVideopose({"live", clip, "--realtime", "--detector", "blazepose-lite", "--serve",
                            std::to_string(port)},
                           {.kill_when = [&] { return is_seen.load(); }});
    has_ended = true;
  });
  json seen;
  try {
    while (!Answers(port) && !has_ended) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    Chromium chromium(folder, 1280, 720, false);
    chromium.Open("http://127.0.0.1:" + std::to_string(port) + "/");
    chromium.Drive("drive_live.js");
    seen = chromium.Result();
    if (const char* shots = std::getenv("VIDEOPOSE_SCREENSHOTS")) {
      chromium.Screenshot(fs::path(shots) / "LivePage.png");
    }
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
  }
  is_seen = true;
  program.join();
  ASSERT_TRUE(seen.contains("errors")) << outcome.err;
  EXPECT_EQ(seen["errors"], json::array()) << seen;
  EXPECT_EQ(seen["width"], 640);
  // Frames in the order of time, each with the bones of the same frame. The first
  // ones may be there before the page's first result is.
  ASSERT_GT(seen["frames"].size(), 10U) << seen;
  int with_bones = 0, before = -1;
  for (const json& shown : seen["frames"]) {
    EXPECT_GT(shown["frame"].get<int>(), before);
    before = shown["frame"];
    if (shown["bones"] == "") continue;
    EXPECT_EQ(shown["bones"].get<std::string>(), shown["frame"].dump());
    ++with_bones;
  }
  EXPECT_GT(with_bones, static_cast<int>(seen["frames"].size()) - 3) << seen;
  EXPECT_GT(seen["bodyPixels"], 1000);
  EXPECT_TRUE(seen["moves"]);
  EXPECT_TRUE(seen["orbits"]);
  EXPECT_EQ(seen["people"], "1");
  EXPECT_THAT(seen["delay"].get<std::string>(), testing::HasSubstr(" ms"));
  EXPECT_THAT(seen["rate"].get<std::string>(), testing::HasSubstr(" fps"));
  EXPECT_TRUE(seen["another"]) << "a second viewer gets nothing";
  EXPECT_TRUE(seen["fits"]);
}

}  // namespace videopose::internal::live_page_test

// SPDX-License-Identifier: Apache-2.0

// Sources over HTTP, from servers that break off, stall or mislead.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "support/deadline.h"
#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/engine/live_driver.h"
#include "videopose/engine/test_detectors.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/test_weights.h"
#include "videopose/live/live_server.h"
#include "videopose/media.h"
#include "videopose/media/download.h"
#include "videopose/media/live_source.h"

namespace videopose::internal::network_source_test {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

// A camera on the network, like our own page: multipart JPEG, while it is connected.
class Camera {
 public:
  explicit Camera(int port = 0) : server_({.port = port}) {
    thread_ = std::thread([this] {
      const auto image = std::make_shared<Image>(64, 48);
      for (int64_t frame = 0; !done_; ++frame) {
        if (!is_stalled) server_.Publish(frame, image, "{}");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    });
  }
  ~Camera() {
    done_ = true;
    thread_.join();
  }
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;

  std::string image_url() const { return server_.url() + "picture"; }
  int port() const { return server_.port(); }
  std::atomic<bool> is_stalled{false};

 private:
  LiveServer server_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

TEST(NetworkSource, AStreamComesUntilItBreaksOff) {
  const Deadline deadline("the source");
  auto camera = std::make_unique<Camera>();
  const auto source = OpenLiveSource(camera->image_url());
  EXPECT_TRUE(source->info().is_endless && source->info().has_pace);
  EXPECT_EQ(source->info().width_px, 64);
  EXPECT_EQ(source->info().height_px, 48);
  Image image;
  double time_s = 0, last_s = -1;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(source->Read(image, time_s));
    EXPECT_GT(time_s, last_s);
    last_s = time_s;
  }
  camera.reset();
  while (source->Read(image, time_s)) EXPECT_GT(time_s, last_s);
  EXPECT_THAT(source->error_text(), AllOf(HasSubstr("/picture: "), testing::Not(HasSubstr("\n"))));
}

TEST(NetworkSource, AStreamThatStallsIsGivenUp) {
  const Deadline deadline("the source");
  Camera camera;
  const auto source = OpenLiveSource(camera.image_url(), {.timeout_s = 1});
  camera.is_stalled = true;
  Image image;
  double time_s = 0;
  while (source->Read(image, time_s)) {
  }
  EXPECT_THAT(source->error_text(), HasSubstr("nothing came for 1 s"));
  EXPECT_EQ(source->error_code(), ErrorCode::kNetwork);
}

TEST(NetworkSource, AStopEndsTheWaiting) {
  const Deadline deadline("the source");
  Camera camera;
  std::atomic<bool> stop{false};
  const auto source =
      OpenLiveSource(camera.image_url(), {.timeout_s = 1000, .stop_requested = &stop});
  camera.is_stalled = true;
  stop = true;
  Image image;
  double time_s = 0;
  while (source->Read(image, time_s)) {
  }
  EXPECT_THAT(source->error_text(), HasSubstr("stopped")) << "not given up";
}

TEST(NetworkSource, ACameraThatComesBackGoesOn) {
  const Deadline deadline("the source");
  auto camera = std::make_unique<Camera>();
  const int port = camera->port();
  const std::string url = camera->image_url();
  std::atomic<int> results{0};
  int64_t last_index = -1;
  double last_s = -1;
  const auto take = [&](const Frame& frame, const PeopleInFrame&) {
    EXPECT_GT(frame.index, last_index);
    EXPECT_GT(frame.time_s, last_s);
    last_index = frame.index;
    last_s = frame.time_s;
    ++results;
  };
  std::atomic<bool> stop{false};
  std::atomic<int> errors{0};
  LiveDriverOptions options{.max_latency_s = 1000, .reopen_after_s = 0.05};
  options.reopen = [&] { return OpenLiveSource(url); };
  options.stop_requested = [&] { return stop.load(); };
  options.on_error = [&](const std::string& line) {
    EXPECT_THAT(line, HasSubstr("; trying again"));
    ++errors;
  };
  std::thread hiccups([&] {
    const auto wait_until = [](const auto& condition) {
      while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    };
    wait_until([&] { return results >= 5; });
    camera.reset();
    wait_until([&] { return errors >= 2; });
    const int before = results;
    camera = std::make_unique<Camera>(port);
    wait_until([&] { return results >= before + 5; });
    stop = true;
  });
  ScriptedDetector no_people([](const Image&, double) { return std::vector<DetectedPerson>(); });
  PoseStages stages;
  stages.select.emplace(PeopleSelectorOptions{.lookahead = 0});
  PoseChain chain(std::move(stages));
  const LiveSummary summary = RunLive(OpenLiveSource(url), no_people, chain, take, options);
  hiccups.join();
  EXPECT_GE(summary.reopened, 1);
}

// A folder, as any web server gives it.
class WebServer {
 public:
  explicit WebServer(const fs::path& folder) {
    server_.set_mount_point("/", folder.string());
    server_.Get("/astray", [](const httplib::Request&, httplib::Response& response) {
      response.set_redirect("file:///etc/passwd");
    });
    server_.Get("/noise", [](const httplib::Request&, httplib::Response& response) {
      std::string noise;
      for (int i = 0; i < 200'000; ++i) noise += static_cast<char>(i * i % 251);
      response.set_content(noise, "video/mp4");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ~WebServer() {
    server_.stop();
    thread_.join();
  }
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;
  std::string Url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

TEST(NetworkSource, AFileOnAWebServerIsReadFrameByFrameAndEnds) {
  const fs::path folder = EmptyFolder("network_source");
  {
    VideoWriter writer(folder / "clip.mp4",
                       {.width_px = 64, .height_px = 48, .frame_rate = {25, 1}});
    for (int i = 0; i < 12; ++i) writer.Write(Image(64, 48));
    writer.Close();
  }
  const WebServer server(folder);
  const auto source = OpenLiveSource(server.Url("/clip.mp4"));
  EXPECT_FALSE(source->info().is_endless || source->info().has_pace);
  Image image;
  double time_s = 0;
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(source->Read(image, time_s)) << i;
    EXPECT_NEAR(time_s, 0.04 * i, 1e-3);
  }
  EXPECT_FALSE(source->Read(image, time_s));
  EXPECT_EQ(source->error_text(), "");
}

TEST(NetworkSource, WhatIsNoVideoIsOneLine) {
  const fs::path folder = EmptyFolder("network_source_none");
  const WebServer server(folder);
  for (const char* path : {"/nothing.mp4", "/astray", "/noise"}) {
    try {
      OpenLiveSource(server.Url(path), {.timeout_s = 5});
      ADD_FAILURE() << path;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr(server.Url(path) + ": "), HasSubstr("cannot"),
                                      testing::Not(HasSubstr("\n"))));
    }
  }
}

TEST(NetworkSource, DownloadsAreWholeOrAnErrorLine) {
  const fs::path folder = EmptyFolder("download");
  std::string content;
  for (int i = 0; i < 300'000; ++i) content += static_cast<char>(i * i % 251);
  std::ofstream(folder / "clip.mp4", std::ios::binary) << content;
  const WebServer server(folder);
  const std::atomic<bool> go_on{false}, stop{true};
  const fs::path target = folder / "fetched";
  Download(server.Url("/clip.mp4"), target, go_on);
  EXPECT_EQ(ReadFile(target), content);
  for (const char* path : {"/nothing.mp4", "/astray"}) {
    EXPECT_THAT(ErrorOf([&] { Download(server.Url(path), target, go_on); }),
                HasSubstr(server.Url(path) + ": cannot fetch: "));
  }
  EXPECT_THAT(ErrorOf([&] { Download("file:///etc/passwd", target, go_on); }),
              HasSubstr("cannot fetch"));
  EXPECT_THROW(Download(server.Url("/clip.mp4"), target, stop), Cancelled);
}

}  // namespace videopose::internal::network_source_test

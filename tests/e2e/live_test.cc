// SPDX-License-Identifier: Apache-2.0

// videopose live on files: JSON lines, files, and that Ctrl-C ends it cleanly.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "clips.h"
#include "program.h"
#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/videopose.h"

namespace videopose::internal::live_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<nlohmann::json> Lines(const std::string& text) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

TEST(LiveTest, AFileAsJsonLines) {
  SKIP_WITHOUT_MODELS();
  const ProgramOutcome result = RunVideopose({"live", FigureClip()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::vector<nlohmann::json> lines = Lines(result.out);
  ASSERT_EQ(lines.size(), 50U) << "every frame of a file that is not read at its own pace";
  int with_pose = 0;
  for (size_t t = 0; t < lines.size(); ++t) {
    EXPECT_EQ(lines[t]["frame"], t);
    for (const nlohmann::json& person : lines[t]["people"]) {
      EXPECT_EQ(person["id"], 1);
      EXPECT_EQ(person["keypoints"].size(), 17U);
      EXPECT_EQ(person["joints"].size(), 25U);
      ++with_pose;
    }
  }
  EXPECT_GT(with_pose, 45);
  EXPECT_THAT(result.err, HasSubstr("50 frames, 0 dropped; delay"));
}

// How far the person walked in the world from frame `begin` to the end.
double WayOf(const std::vector<nlohmann::json>& lines, size_t begin) {
  const auto hip = [&](size_t t) { return lines.at(t).at("people").at(0).at("world").at(0); };
  const nlohmann::json from = hip(begin), to = hip(lines.size() - 1);
  return std::hypot(to[0].get<double>() - from[0].get<double>(),
                    to[1].get<double>() - from[1].get<double>());
}

TEST(LiveTest, ACameraThatPansIsFollowed) {
  SKIP_WITHOUT_MODELS();
  const MovingShot& shot = PanShot();
  const std::string focal = std::to_string(shot.cameras[0].lens.focal_px.x);
  const ProgramOutcome result = RunVideopose({"live", PanClip(), "--focal", focal}),
                       still = RunVideopose(
                           {"live", PanClip(), "--focal", focal, "--camera", "static"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  ASSERT_EQ(still.exit_code, 0) << still.err;
  EXPECT_THAT(result.err, HasSubstr("videopose: the camera moves, and is followed\n"));
  EXPECT_THAT(result.err, HasSubstr("camera: turns by up to "));
  EXPECT_THAT(still.err, Not(HasSubstr("camera")));
  const std::vector<nlohmann::json> lines = Lines(result.out), as_still = Lines(still.out);
  ASSERT_EQ(std::ssize(lines), shot.frame_count());
  // After three seconds the camera is solved for.
  const auto begin = static_cast<size_t>(lines.size() - 30);
  EXPECT_EQ(lines.back()["grounding"], "given lens");
  EXPECT_EQ(lines.back()["view_rotation"].size(), 4U);
  EXPECT_EQ(lines.back()["camera_rotation"].size(), 4U);
  EXPECT_EQ(lines.back()["camera_position"].size(), 3U);
  EXPECT_FALSE(lines.front().contains("view_rotation"));
  EXPECT_FALSE(as_still.back().contains("view_rotation"));
  const Vec3d way = shot.poses.back()[BodyJoint::kPelvis] - shot.poses[begin][BodyJoint::kPelvis];
  EXPECT_NEAR(WayOf(lines, begin), Norm(way), 0.25 * Norm(way));
  EXPECT_LT(WayOf(as_still, begin), 0.5 * Norm(way));
}

// With the full look-ahead of the model, live's files equal those of lift, in the same world.
TEST(LiveTest, WithTheWholeLookAheadItIsWhatLiftGives) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("live_lift");
  const std::string lifter = SourceFile("models/lifter.bin");
  const auto whole = Lifter::Load(lifter).receptive_field() / 2;
  ASSERT_EQ(RunVideopose({"live", FigureClip(), "--lifter", lifter, "--lookahead",
                          std::to_string(whole), "-o", folder / "live.npz", "-q"})
                .exit_code,
            0);
  const PoseClip live = ReadPoses(folder / "live.npz");
  ASSERT_TRUE(live.keypoints.has_value());
  EXPECT_EQ(live.motion.frame_count, 50);
  Motion expected = Lifter::Load(lifter).Lift(*live.keypoints);
  GroundMotion(*live.keypoints, {}, expected);
  ASSERT_TRUE(live.motion.camera && expected.camera);
  EXPECT_LT(Norm(live.motion.camera->world_from_cam.translation -
                 expected.camera->world_from_cam.translation),
            1e-2);
  ASSERT_EQ(live.motion.people.size(), 1U);
  int compared = 0;
  for (int64_t t = 0; t < 50; ++t) {
    if (!live.motion.people[0].has_pose(t)) continue;
    for (size_t j = 0; j < 17; ++j) {
      EXPECT_LT(Norm(live.motion.people[0].frame(t)[j] - expected.people[0].frame(t)[j]),
                3e-3F)  // grounding amplifies the last digits, and rotates people by them
          << "frame " << t;
    }
    ++compared;
  }
  EXPECT_GT(compared, 45);
}

// What comes in at a port while the program runs.
class UdpReceiver {
 public:
  UdpReceiver() : socket_(socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    socklen_t size = sizeof(address);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    const timeval glance{.tv_sec = 0, .tv_usec = 50'000};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &glance, sizeof(glance));
    thread_ = std::thread([this] {
      std::vector<char> packet(1 << 16);
      for (;;) {
        const ssize_t count = recv(socket_, packet.data(), packet.size(), 0);
        if (count > 0) packets_.emplace_back(packet.data(), static_cast<size_t>(count));
        if (count <= 0 && done_) return;
      }
    });
  }
  ~UdpReceiver() {
    Packets();
    close(socket_);
  }
  UdpReceiver(const UdpReceiver&) = delete;
  UdpReceiver& operator=(const UdpReceiver&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  // All that came; nothing is received after.
  const std::vector<std::string>& Packets() {
    done_ = true;
    if (thread_.joinable()) thread_.join();
    return packets_;
  }

 private:
  int socket_, port_ = 0;
  std::atomic<bool> done_{false};
  std::vector<std::string> packets_;
  std::thread thread_;
};

TEST(LiveTest, UdpAndOscForOtherPrograms) {
  SKIP_WITHOUT_MODELS();
  UdpReceiver json, osc;
  const ProgramOutcome result =
      RunVideopose({"live", FigureClip(), "--udp", json.address(), "--osc", osc.address()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  // UDP may lose packets; between programs of one machine it hardly ever does.
  ASSERT_GT(json.Packets().size(), 25U);
  for (const std::string& packet : json.Packets()) {
    EXPECT_TRUE(nlohmann::json::parse(packet).contains("people"));
  }
  int frames = 0, joints = 0;
  for (const std::string& packet : osc.Packets()) {
    EXPECT_EQ(packet.size() % 4, 0U);
    frames += packet.starts_with("/videopose/frame") ? 1 : 0;
    joints += packet.find("/videopose/1/joints/left_wrist") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(frames, 25);
  EXPECT_GT(joints, 20);
}

TEST(LiveTest, FilesAndAVideoAtOnce) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("live_files");
  const ProgramOutcome result =
      RunVideopose({"live", FigureClip(), "-o", folder / "a.npz", "-o", folder / "a.mp4", "-o",
                    folder / "a.bvh", "--height", "128"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty()) << "JSON lines only where nothing else was asked for";
  EXPECT_THAT(NamesIn(folder), testing::ElementsAre("a.bvh", "a.mp4", "a.npz"));
  VideoReader reader(folder / "a.mp4");
  Image image;
  int frames = 0;
  while (reader.Read(image)) ++frames;
  EXPECT_EQ(frames, 50);
}

TEST(LiveTest, CtrlCFinishesTheFiles) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("live_stop");
  const fs::path lines = EmptyFolder("live_stop_lines") / "lines";
  const ProgramOutcome result =
      RunVideopose({"live", FigureClip(), "--realtime", "--json", "-o", folder / "a.npz", "-o",
                    folder / "a.mp4", "--height", "64"},
                   {.interrupt_when = [&] { return fs::exists(lines) && fs::file_size(lines) > 0; },
                    .standard_output = lines});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(NamesIn(folder), testing::ElementsAre("a.mp4", "a.npz"));
  EXPECT_GT(ReadPoses(folder / "a.npz").motion.frame_count, 0);
  VideoReader(folder / "a.mp4");
}

TEST(LiveTest, TheAddressWithItsTokenIsPrintedAlways) {
  SKIP_WITHOUT_MODELS();
  const auto printed = [](std::vector<std::string> more) {
    std::vector<std::string> arguments = {"live", FigureClip(), "-q", "--serve", "0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramOutcome result = RunVideopose(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.err;
  };
  EXPECT_THAT(printed({"--bind", "0.0.0.0"}), HasSubstr("/?token="));
  EXPECT_EQ(printed({"--bind", "0.0.0.0", "--no-token"}), "");
  EXPECT_EQ(printed({}), "");
}

TEST(LiveTest, AnAddressThatIsNoneIsWrongUsage) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"--bind", ""}, {"--bind", "a b"}, {"--host-name", "a b"}, {"--host-name", "*"}}) {
    std::vector<std::string> arguments = {"live", FigureClip(), "--serve", "0"};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    const ProgramOutcome result = RunVideopose(arguments);
    EXPECT_EQ(result.exit_code, 2) << wrong[1];
    EXPECT_THAT(result.err, HasSubstr(wrong[0])) << wrong[1];
    EXPECT_THAT(result.err, HasSubstr("is no address or name")) << wrong[1];
  }
}

TEST(LiveTest, WhatCannotBeIsOneLine) {
  SKIP_WITHOUT_MODELS();
  const auto refusal = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "live");
    const ProgramOutcome result = RunVideopose(arguments);
    EXPECT_NE(result.exit_code, 0);
    EXPECT_EQ(result.error_line_count(), 1) << result.err;
    return result.err;
  };
  EXPECT_THAT(refusal({"/dev/video97"}), HasSubstr("/dev/video97: cannot open"));
  EXPECT_THAT(refusal({FigureClip(), "--lookahead", "4000"}), HasSubstr("this model sees 0 to"));
  EXPECT_THAT(refusal({FigureClip(), "-o", "a.xyz"}), HasSubstr("a.xyz"));
  EXPECT_THAT(refusal({FigureClip(), "--udp", "nowhere"}), HasSubstr("HOST:PORT"));
  EXPECT_THAT(refusal({FigureClip(), "--osc", "nowhere"}), HasSubstr("HOST:PORT"));
  EXPECT_THAT(refusal({FigureClip(), "--people", "x"}), HasSubstr("--people"));
  EXPECT_THAT(refusal({FigureClip(), "--trajectory", "network"}), HasSubstr("trajectory network"));
  EXPECT_THAT(refusal({FigureClip(), "--weights", "f8"}), HasSubstr("--weights"));
}

}  // namespace videopose::internal::live_test

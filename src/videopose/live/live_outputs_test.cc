// SPDX-License-Identifier: Apache-2.0

// Outputs of live results: JSON lines, UDP packets, clips, videos, statistics.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <limits>

#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/live/delay_statistics.h"
#include "videopose/live/json_line.h"
#include "videopose/live/live_video.h"
#include "videopose/live/osc.h"
#include "videopose/live/udp_sender.h"

namespace videopose::internal::live_outputs_test {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

struct Result {
  Frame frame;
  PeopleInFrame people;
};

Result MakeResult(int64_t index, const std::vector<int>& ids) {
  Result result{.frame = {.image = std::make_shared<Image>(64, 48),
                          .index = index,
                          .time_s = static_cast<double>(index) / 25,
                          .arrived = {},
                          .dropped_before = 3},
                .people = {.index = index, .time_s = static_cast<double>(index) / 25}};
  for (const int id : ids) {
    Person& person = result.people.people.emplace_back(Person{.id = id});
    for (int j = 0; j < 17; ++j) {
      const auto at = static_cast<float>(j);
      person.keypoints.push_back({20 + at, 10 + 2 * at, 0.5F});
      person.joints_in_cam.push_back({0.1F * static_cast<float>(id), 0.05F * at, 0});
    }
  }
  return result;
}

std::string Line(const Result& result) { return JsonLine(result.frame, result.people, 12.34); }

TEST(JsonLine, HoldsWhatIsKnown) {
  Result result = MakeResult(5, {1, 2});
  result.people.people[0].keypoints[0].x_px = std::numeric_limits<float>::quiet_NaN();
  result.people.people[0].root_in_cam = Vec3f{0.5F, 0, 4};
  result.people.people[1].joints_in_cam.clear();
  result.people.grounding = Grounding::kLevelCamera;
  const std::string line = Line(result);
  EXPECT_THAT(line, testing::StartsWith(
                        R"({"frame":5,"time_s":0.2000,"delay_ms":12.3,"dropped":3,"width_px":64,)"
                        R"("height_px":48,"grounding":"level camera","people":[{"id":1,)"
                        R"("keypoints":[[null,10.0,0.50],[21.0,)"));
  EXPECT_THAT(line, HasSubstr(R"("joints":[[0.1000,0.0000,0.0000],[0.1000,0.0500,0.0000])"));
  EXPECT_THAT(line, HasSubstr(R"("root":[0.5000,0.0000,4.0000]},{"id":2,)"));
  EXPECT_THAT(line, Not(HasSubstr("world")));
  result.people.people[0].joints_in_world.assign(17, {1, 2, 0.5F});
  EXPECT_THAT(Line(result), HasSubstr(R"("world":[[1.0000,2.0000,0.5000],[1.0000,)"));
  EXPECT_THAT(line.substr(line.find("\"id\":2")), Not(HasSubstr("joints")));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_THAT(line, Not(HasSubstr("view")));
  EXPECT_THAT(line, Not(HasSubstr("camera_")));
  result.people.begins_scene = true;
  result.people.view = CameraView{.first_from_cam = {0.6, 0, 0.8, 0}, .zoom = 1.5};
  result.people.camera = Camera{PlainLens(500, 64, 48), {{0, 1, 0, 0}, {0, -3, 1.5}}};
  EXPECT_THAT(Line(result),
              HasSubstr(R"("grounding":"level camera","begins_scene":true,)"
                        R"("view_rotation":[0.600000,0.000000,0.800000,0.000000],)"
                        R"("view_zoom":1.5000,)"
                        R"("camera_rotation":[0.000000,1.000000,0.000000,0.000000],)"
                        R"("camera_position":[0.0000,-3.0000,1.5000],"focal_px":500.00,)"
                        R"("people":[{"id":1,)"));
  EXPECT_THAT(Line(MakeResult(6, {})), HasSubstr(R"("people":[]})"));
}

// Parses a packet, and each message of a bundle, by the specification of OSC 1.0.
class OscReader {
 public:
  explicit OscReader(const std::string& packet) {
    std::string_view rest = packet;
    if (!packet.starts_with("#bundle")) {
      Message(rest);
      return;
    }
    EXPECT_EQ(Text(rest), "#bundle");
    EXPECT_EQ(Number(rest), 0U);
    EXPECT_EQ(Number(rest), 1U) << "at once";
    while (!rest.empty()) {
      const uint32_t size = Number(rest);
      EXPECT_LE(size, rest.size());
      Message(rest.substr(0, size));
      rest.remove_prefix(std::min<size_t>(size, rest.size()));
    }
  }
  struct Value {
    char type;
    uint32_t bits;
    float number() const { return std::bit_cast<float>(bits); }
  };
  std::vector<std::pair<std::string, std::vector<Value>>> messages;

 private:
  static std::string Text(std::string_view& rest) {
    const std::string text(rest.substr(0, rest.find('\0')));
    const size_t padded = text.size() / 4 * 4 + 4;
    EXPECT_LE(padded, rest.size());
    for (size_t i = text.size(); i < padded; ++i) EXPECT_EQ(rest[i], '\0');
    rest.remove_prefix(padded);
    return text;
  }
  static uint32_t Number(std::string_view& rest) {
    uint32_t bits = 0;
    for (int i = 0; i < 4; ++i) {
      bits = bits << 8 | static_cast<uint8_t>(rest.at(static_cast<size_t>(i)));
    }
    rest.remove_prefix(4);
    return bits;
  }
  void Message(std::string_view rest) {
    const std::string address = Text(rest), types = Text(rest);
    EXPECT_EQ(types.front(), ',');
    std::vector<Value> values;
    for (const char type : types.substr(1)) values.push_back({type, Number(rest)});
    EXPECT_TRUE(rest.empty());
    messages.emplace_back(address, values);
  }
};

TEST(Osc, APacketAboutTheFrameAndBundlesOfJoints) {
  Result result = MakeResult(7, {3, 12});
  result.people.people[0].joints_in_world.assign(17, {1, 2, 0.5F});
  const std::vector<std::string> packets = OscPackets(result.people);
  ASSERT_EQ(packets.size(), 4U);
  for (const std::string& packet : packets) EXPECT_LT(packet.size(), 1472U);
  const OscReader frame(packets[0]), joints(packets[1]), world(packets[2]), other(packets[3]);
  ASSERT_EQ(frame.messages.size(), 1U);
  EXPECT_EQ(frame.messages[0].first, "/videopose/frame");
  ASSERT_EQ(frame.messages[0].second.size(), 3U);
  EXPECT_EQ(frame.messages[0].second[0].type, 'i');
  EXPECT_EQ(frame.messages[0].second[0].bits, 7U);
  EXPECT_FLOAT_EQ(frame.messages[0].second[1].number(), 7 / 25.0F);
  EXPECT_EQ(frame.messages[0].second[2].bits, 2U);
  ASSERT_EQ(joints.messages.size(), 17U);
  EXPECT_EQ(joints.messages[2].first, "/videopose/3/joints/right_knee");
  EXPECT_FLOAT_EQ(joints.messages[2].second.at(0).number(), 0.3F);
  EXPECT_FLOAT_EQ(joints.messages[2].second.at(1).number(), 0.1F);
  EXPECT_EQ(joints.messages[2].second.at(2).type, 'f');
  EXPECT_EQ(world.messages.at(16).first, "/videopose/3/world/right_wrist");
  EXPECT_FLOAT_EQ(world.messages.at(16).second.at(1).number(), 2);
  EXPECT_EQ(other.messages.at(0).first, "/videopose/12/joints/hip");
}

TEST(UdpSender, SendsPackets) {
  const int receiver = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(receiver, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  socklen_t size = sizeof(address);
  getsockname(receiver, reinterpret_cast<sockaddr*>(&address), &size);
  UdpSender sender("127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  sender.Send("hello");
  char packet[16] = {};
  EXPECT_EQ(recv(receiver, packet, sizeof(packet), 0), 5);
  EXPECT_STREQ(packet, "hello");
  close(receiver);
  for (int i = 0; i < 3; ++i) sender.Send("no receiver any more");
}

TEST(UdpSender, RefusesWhatIsNoAddress) {
  for (const char* address : {"", "9000", ":9000", "127.0.0.1:", "127.0.0.1:port", "[::1]"}) {
    EXPECT_THROW(UdpSender{address}, Error) << address;
  }
  EXPECT_NO_THROW(UdpSender{"localhost:9000"});
}

TEST(DelayStatistics, Percentiles) {
  DelayStatistics delays;
  EXPECT_EQ(delays.Percentile_ms(0.5), 0);
  for (int i = 1; i <= 100; ++i) delays.Add(i - 0.2);
  EXPECT_NEAR(delays.Percentile_ms(0.5), 50, 0.5);
  EXPECT_NEAR(delays.Percentile_ms(0.95), 95, 0.5);
  EXPECT_DOUBLE_EQ(delays.worst_ms(), 99.8);
  EXPECT_DOUBLE_EQ(delays.Percentile_ms(1), 99.8);
  delays.Add(5000);
  EXPECT_DOUBLE_EQ(delays.Percentile_ms(1), 5000);
  EXPECT_EQ(delays.count(), 101);
}

TEST(LiveVideo, EveryFrameHasItsTimeAlsoThoseThatWereDropped) {
  const fs::path path = TestFolder() / "live_video.mp4";
  fs::remove(path);
  {
    LiveVideo video(path, {.render = {.height_px = 64}, .frame_rate = {25, 1}, .drops = false});
    for (const int64_t index : {0, 1, 2, 5, 6}) {
      const Result result = MakeResult(index, {1});
      video.Add(result.frame, result.people);
    }
    EXPECT_FALSE(fs::exists(path)) << "not before it is whole";
    video.Close();
  }
  VideoReader reader(path);
  Image image;
  int frames = 0;
  while (reader.Read(image)) ++frames;
  EXPECT_EQ(frames, 7);
  EXPECT_EQ(reader.info().frame_rate, (FrameRate{25, 1}));
}

TEST(LiveVideo, WithoutCloseNothingStays) {
  const fs::path folder = EmptyFolder("live_video_left");
  {
    LiveVideo video(folder / "a.mp4", {.render = {.height_px = 64}, .frame_rate = {25, 1}});
    const Result result = MakeResult(0, {1});
    video.Add(result.frame, result.people);
  }
  EXPECT_TRUE(fs::is_empty(folder));
  LiveVideo nowhere("/nowhere/a.mp4", {.render = {.height_px = 64}, .frame_rate = {25, 1}});
  const Result result = MakeResult(0, {1});
  nowhere.Add(result.frame, result.people);
  EXPECT_THROW(nowhere.Close(), Error);
}

}  // namespace videopose::internal::live_outputs_test

// SPDX-License-Identifier: Apache-2.0

#include "videopose/live/osc.h"

#include <fmt/format.h>

#include <bit>
#include <cstdint>

#include "videopose/pose.h"

namespace videopose::internal {
namespace {

// Ended by at least one zero and filled up to a multiple of four bytes.
std::string Padded(std::string text) {
  text.append(4 - text.size() % 4, '\0');
  return text;
}

std::string BigEndian(uint32_t value) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(value >> shift & 0xFF);
  return bytes;
}
std::string BigEndian(int32_t value) { return BigEndian(static_cast<uint32_t>(value)); }
std::string BigEndian(float value) { return BigEndian(std::bit_cast<uint32_t>(value)); }

std::string JointsBundle(int id, std::string_view frame_of_reference,
                         const std::vector<Vec3f>& joints) {
  constexpr uint32_t kAtOnce = 1;  // the OSC time tag that means "immediately"
  std::string bundle = Padded("#bundle") + BigEndian(0U) + BigEndian(kAtOnce);
  for (size_t j = 0; j < joints.size(); ++j) {
    const std::string message = Padded(fmt::format("/videopose/{}/{}/{}", id, frame_of_reference,
                                                   Body25().joint_names[j])) +
                                Padded(",fff") + BigEndian(joints[j].x) + BigEndian(joints[j].y) +
                                BigEndian(joints[j].z);
    bundle += BigEndian(static_cast<uint32_t>(message.size())) + message;
  }
  return bundle;
}

}  // namespace

std::vector<std::string> OscPackets(const PeopleInFrame& frame) {
  std::vector<std::string> packets = {Padded("/videopose/frame") + Padded(",ifi") +
                                      BigEndian(static_cast<int32_t>(frame.index)) +
                                      BigEndian(static_cast<float>(frame.time_s)) +
                                      BigEndian(static_cast<int32_t>(frame.people.size()))};
  for (const Person& person : frame.people) {
    if (!person.joints_in_cam.empty()) {
      packets.push_back(JointsBundle(person.id, "joints", person.joints_in_cam));
    }
    if (!person.joints_in_world.empty()) {
      packets.push_back(JointsBundle(person.id, "world", person.joints_in_world));
    }
  }
  return packets;
}

}  // namespace videopose::internal

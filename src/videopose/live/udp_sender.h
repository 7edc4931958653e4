// SPDX-License-Identifier: Apache-2.0

// Results as UDP packets, for game engines and Blender add-ons: one JSON line a packet. Packets
// that cannot be delivered are lost, as is usual for UDP; sending never waits.

#ifndef VIDEOPOSE_LIVE_UDP_SENDER_H_
#define VIDEOPOSE_LIVE_UDP_SENDER_H_

#include <string>
#include <string_view>

namespace videopose::internal {

class UdpSender {
 public:
  // "127.0.0.1:9000", "host:9000" or "[::1]:9000". Throws Error for an address that is invalid or
  // cannot be resolved.
  explicit UdpSender(const std::string& host_and_port);
  ~UdpSender();
  UdpSender(const UdpSender&) = delete;
  UdpSender& operator=(const UdpSender&) = delete;

  void Send(std::string_view packet);

 private:
  int socket_ = -1;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIVE_UDP_SENDER_H_

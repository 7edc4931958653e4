// SPDX-License-Identifier: Apache-2.0

#include "videopose/live/udp_sender.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "videopose/base/error.h"

namespace videopose::internal {

UdpSender::UdpSender(const std::string& host_and_port) {
  const size_t colon = host_and_port.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == host_and_port.size()) {
    Fail(ErrorCode::kInvalidArgument, "'{}' is no HOST:PORT, such as 127.0.0.1:9000",
         host_and_port);
  }
  std::string host = host_and_port.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_DGRAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(host.c_str(), host_and_port.c_str() + colon + 1, &wanted, &found);
  if (status != 0) {
    Fail(ErrorCode::kNetwork, "cannot send to {}: {}", host_and_port, gai_strerror(status));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    socket_ = socket(at->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket_ < 0) continue;
    if (connect(socket_, at->ai_addr, at->ai_addrlen) == 0) return;
    close(socket_);
  }
  Fail(ErrorCode::kNetwork, "cannot send to {}", host_and_port);
}

UdpSender::~UdpSender() { close(socket_); }

void UdpSender::Send(std::string_view packet) {
  // A receiver that is not there yet may start later.
  [[maybe_unused]] const ssize_t sent = send(socket_, packet.data(), packet.size(), MSG_NOSIGNAL);
}

}  // namespace videopose::internal

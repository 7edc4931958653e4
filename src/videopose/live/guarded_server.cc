// SPDX-License-Identifier: Apache-2.0

#include "videopose/live/guarded_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace videopose::internal {
namespace {

using Clock = std::chrono::steady_clock;

class GuardedStream : public httplib::Stream {
 public:
  GuardedStream(socket_t socket, const ConnectionLimits& limits, const std::atomic<bool>& closing)
      : socket_(socket),
        limits_(limits),
        closing_(closing),
        request_ends_(Clock::now() + limits.patience) {}

  bool is_readable() const override { return Wait(POLLIN, request_ends_); }
  bool is_writable() const override {
    return !closing_ && Wait(POLLOUT, Clock::now() + limits_.patience);
  }

  ssize_t read(char* bytes, size_t size) override {
    size = std::min(size, limits_.request_bytes - read_bytes_);
    if (size == 0 || !is_readable()) return -1;
    const ssize_t count = recv(socket_, bytes, size, 0);
    if (count > 0) read_bytes_ += static_cast<size_t>(count);
    return count;
  }

  // All or nothing, so that a client that takes a byte now and then does not hold the thread.
  ssize_t write(const char* bytes, size_t size) override {
    const Clock::time_point deadline = Clock::now() + limits_.patience;
    for (size_t written = 0; written < size;) {
      if (!Wait(POLLOUT, deadline)) return -1;
      const ssize_t count =
          send(socket_, bytes + written, size - written, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (count <= 0) return -1;
      written += static_cast<size_t>(count);
    }
    return static_cast<ssize_t>(size);
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  socket_t socket() const override { return socket_; }

 private:
  bool Wait(short event, Clock::time_point deadline) const {
    constexpr auto kGlance = std::chrono::milliseconds(100);
    while (!closing_) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) return false;
      pollfd wanted{.fd = socket_, .events = event, .revents = 0};
      const int ready = poll(&wanted, 1, static_cast<int>(std::min(left, kGlance).count()));
      if (ready > 0) return (wanted.revents & (event | POLLHUP)) != 0;
      if (ready < 0 && errno != EINTR) return false;
    }
    return false;
  }

  const socket_t socket_;
  const ConnectionLimits& limits_;
  const std::atomic<bool>& closing_;
  const Clock::time_point request_ends_;
  size_t read_bytes_ = 0;
};

}  // namespace

GuardedServer::GuardedServer(const ConnectionLimits& limits, size_t threads) : limits_(limits) {
  // By default another process could listen at the same port.
  set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
}

void GuardedServer::Shutdown() {
  closing_ = true;
  stop();
}

bool GuardedServer::process_and_close_socket(socket_t socket) {
  GuardedStream stream(socket, limits_, closing_);
  bool is_closed = false;
  const bool done = process_request(stream, true, is_closed, nullptr);
  shutdown(socket, SHUT_RDWR);
  close(socket);
  return done;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/live/guarded_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace videopose::internal {
namespace {

using Clock = std::chrono::steady_clock;

// Nothing more comes from it: it has gone, or at least said its last word.
bool HasLeft(socket_t socket) {
  char byte = 0;
  const ssize_t count = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

// A viewer whose machine is gone says no goodbye.
void NoticeLostPeers(socket_t socket) {
  const int yes = 1, idle_s = 10, between_s = 5, probes = 3;
  const unsigned unanswered_ms = 30'000;
  setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof(idle_s));
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &between_s, sizeof(between_s));
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered_ms, sizeof(unanswered_ms));
}

void Close(socket_t socket) {
  shutdown(socket, SHUT_RDWR);
  close(socket);
}

// Accepted connections are passed on by the thread that listens: it never waits for a client.
class PassOn : public httplib::TaskQueue {
 public:
  void enqueue(std::function<void()> task) override { task(); }
  void shutdown() override {}
};

class GuardedStream : public httplib::Stream {
 public:
  // `begun`: what was read of the request already.
  GuardedStream(socket_t socket, std::string begun, const ConnectionLimits& limits,
                const std::atomic<bool>& closing)
      : socket_(socket),
        begun_(std::move(begun)),
        limits_(limits),
        closing_(closing),
        request_ends_(Clock::now() + limits.timeout),
        read_bytes_(begun_.size()) {}

  bool is_readable() const override {
    return taken_ < begun_.size() || Wait(POLLIN, request_ends_);
  }
  // Asked while a stream has nothing to send: viewers that left give their places back.
  bool is_writable() const override {
    return !closing_ && !HasLeft(socket_) && Wait(POLLOUT, Clock::now() + limits_.timeout);
  }

  ssize_t read(char* bytes, size_t size) override {
    if (taken_ < begun_.size()) {
      size = std::min(size, begun_.size() - taken_);
      std::memcpy(bytes, begun_.data() + taken_, size);
      taken_ += size;
      return static_cast<ssize_t>(size);
    }
    size = std::min(size, limits_.request_bytes - std::min(limits_.request_bytes, read_bytes_));
    if (size == 0 || !is_readable()) return -1;
    const ssize_t count = recv(socket_, bytes, size, 0);
    if (count > 0) read_bytes_ += static_cast<size_t>(count);
    return count;
  }

  // All or nothing, so that a client that takes a byte now and then does not hold the thread.
  ssize_t write(const char* bytes, size_t size) override {
    const Clock::time_point deadline = Clock::now() + limits_.timeout;
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
  const std::string begun_;
  const ConnectionLimits& limits_;
  const std::atomic<bool>& closing_;
  const Clock::time_point request_ends_;
  size_t taken_ = 0, read_bytes_ = 0;
};

}  // namespace

// Where connections wait for the rest of their request.
class GuardedServer::Lobby {
 public:
  Lobby(GuardedServer& server, const ConnectionLimits& limits, size_t threads)
      : server_(server),
        limits_(limits),
        arrival_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        workers_(threads),
        thread_([this] {
          while (!server_.is_closing()) {
            try {
              Run();
            } catch (const std::exception&) {  // no memory for all these: they have to go
              for (const Guest& guest : guests_) Close(guest.socket);
              guests_.clear();
            }
          }
        }) {}
  ~Lobby() {
    Wake();
    thread_.join();
    workers_.shutdown();
    for (const Guest& guest : guests_) Close(guest.socket);
    for (const Guest& guest : arrived_) Close(guest.socket);
    close(arrival_);
  }
  Lobby(const Lobby&) = delete;
  Lobby& operator=(const Lobby&) = delete;

  void Enter(socket_t socket) {
    {
      const std::lock_guard lock(mutex_);
      arrived_.push_back({.socket = socket, .request_ends = Clock::now() + limits_.timeout});
    }
    Wake();
  }

 private:
  struct Guest {
    socket_t socket;
    Clock::time_point request_ends;
    std::string said = {};
  };
  enum class State { kWaits, kHasSaidAll, kHasToGo };

  void Wake() const {
    const uint64_t one = 1;
    (void)!write(arrival_, &one, sizeof(one));
  }

  void Run() {
    std::vector<pollfd> polled;
    while (!server_.is_closing()) {
      TakeIn();
      polled.assign(1, {.fd = arrival_, .events = POLLIN, .revents = 0});
      for (const Guest& guest : guests_) {
        polled.push_back({.fd = guest.socket, .events = POLLIN, .revents = 0});
      }
      constexpr int kGlance_ms = 100;
      if (poll(polled.data(), polled.size(), kGlance_ms) < 0) continue;
      uint64_t arrivals = 0;
      (void)!read(arrival_, &arrivals, sizeof(arrivals));
      std::deque<Guest> staying;
      for (size_t i = 0; i < guests_.size(); ++i) {
        Guest& guest = guests_[i];
        const State state = polled[i + 1].revents != 0 ? Listen(guest) : State::kWaits;
        if (state == State::kHasSaidAll) {
          LetIn(std::move(guest));
        } else if (state == State::kHasToGo || Clock::now() > guest.request_ends) {
          Close(guest.socket);
        } else {
          staying.push_back(std::move(guest));
        }
      }
      guests_ = std::move(staying);
    }
  }

  void TakeIn() {
    const std::lock_guard lock(mutex_);
    for (Guest& guest : arrived_) guests_.push_back(std::move(guest));
    arrived_.clear();
    while (guests_.size() > limits_.waiting) {
      Close(guests_.front().socket);
      guests_.pop_front();
    }
  }

  // What has come of a request. Those that are too long are for the one who answers to refuse.
  State Listen(Guest& guest) const {
    std::string piece(limits_.request_bytes - guest.said.size(), '\0');
    const ssize_t count = recv(guest.socket, piece.data(), piece.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return State::kWaits;
    if (count <= 0) return State::kHasToGo;
    guest.said.append(piece, 0, static_cast<size_t>(count));
    const bool is_whole = guest.said.find("\r\n\r\n") != std::string::npos ||
                          guest.said.size() >= limits_.request_bytes;
    return is_whole ? State::kHasSaidAll : State::kWaits;
  }

  void LetIn(Guest guest) {
    if (queued_ >= limits_.waiting) {
      Close(guest.socket);
      return;
    }
    ++queued_;
    workers_.enqueue([this, guest = std::move(guest)] {
      --queued_;
      server_.Answer(guest.socket, guest.said);
    });
  }

  GuardedServer& server_;
  const ConnectionLimits& limits_;
  const int arrival_;  // an eventfd
  std::mutex mutex_;
  std::vector<Guest> arrived_;
  std::deque<Guest> guests_;  // the oldest first
  std::atomic<size_t> queued_{0};
  httplib::ThreadPool workers_;
  std::thread thread_;
};

GuardedServer::GuardedServer(const ConnectionLimits& limits, size_t threads)
    : limits_(limits), lobby_(std::make_unique<Lobby>(*this, limits_, threads)) {
  // By default another process could listen at the same port.
  set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  new_task_queue = [] { return new PassOn; };
}

GuardedServer::~GuardedServer() { closing_ = true; }

void GuardedServer::WidenBacklog() { ::listen(svr_sock_, static_cast<int>(limits_.waiting)); }

void GuardedServer::Shutdown() {
  closing_ = true;
  stop();
}

bool GuardedServer::process_and_close_socket(socket_t socket) {
  NoticeLostPeers(socket);
  lobby_->Enter(socket);
  return true;
}

void GuardedServer::Answer(socket_t socket, const std::string& begun) {
  if (!closing_) {
    try {
      GuardedStream stream(socket, begun, limits_, closing_);
      bool is_closed = false;
      process_request(stream, true, is_closed, nullptr);
    } catch (const std::exception&) {
      // No memory for this answer: this client goes without, and the work goes on.
    }
  }
  Close(socket);
}

}  // namespace videopose::internal

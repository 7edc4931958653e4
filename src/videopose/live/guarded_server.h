// SPDX-License-Identifier: Apache-2.0

// Debian's cpp-httplib with limits on clients: the library itself gives each connection a thread
// before it has said anything, reads header lines without end, and restarts its timeout for each
// piece of a request.

#ifndef VIDEOPOSE_LIVE_GUARDED_SERVER_H_
#define VIDEOPOSE_LIVE_GUARDED_SERVER_H_

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

namespace videopose::internal {

struct ConnectionLimits {
  size_t request_bytes = 8192;  // the whole request, headers included
  size_t waiting = 512;         // connections without a thread; more, and the oldest have to go
  std::chrono::milliseconds timeout{5000};  // from the connection until the request is there, and
                                            // for each piece of the answer to be taken
};

// One request a connection, which gets a thread when its headers are there: one thread waits for
// those of all. Only a pre-routing handler is used: the library's own routes are regular
// expressions, which recurse once a character.
class GuardedServer : public httplib::Server {
 public:
  explicit GuardedServer(const ConnectionLimits& limits, size_t threads);
  ~GuardedServer() override;

  // Once it is bound. The library lets five connections wait to be accepted; each further one would
  // have to knock again a second later.
  void WidenBacklog();
  // Ends open connections, then the server; called from another thread than the one that listens.
  void Shutdown();
  bool is_closing() const { return closing_; }

 private:
  class Lobby;

  // Called with each connection as it is accepted.
  bool process_and_close_socket(socket_t socket) override;
  void Answer(socket_t socket, const std::string& begun);

  const ConnectionLimits limits_;
  std::atomic<bool> closing_{false};
  std::unique_ptr<Lobby> lobby_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIVE_GUARDED_SERVER_H_

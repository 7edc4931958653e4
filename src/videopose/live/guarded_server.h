// SPDX-License-Identifier: Apache-2.0

// Debian's cpp-httplib with limits on clients: the library itself reads header lines without end,
// and restarts its timeout for each piece of a request.

#ifndef VIDEOPOSE_LIVE_GUARDED_SERVER_H_
#define VIDEOPOSE_LIVE_GUARDED_SERVER_H_

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <cstddef>

namespace videopose::internal {

struct ConnectionLimits {
  size_t request_bytes = 8192;               // the whole request, headers included
  std::chrono::milliseconds patience{5000};  // until all of it is there, and for each piece of the
                                             // answer to be taken
};

// One request a connection. Only a pre-routing handler is used: the library's own routes are
// regular expressions, which recurse once a character.
class GuardedServer : public httplib::Server {
 public:
  explicit GuardedServer(const ConnectionLimits& limits, size_t threads);

  // Ends open connections, then the server; called from another thread than the one that listens.
  void Shutdown();
  bool is_closing() const { return closing_; }

 private:
  bool process_and_close_socket(socket_t socket) override;

  const ConnectionLimits limits_;
  std::atomic<bool> closing_{false};
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIVE_GUARDED_SERVER_H_

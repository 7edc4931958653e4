// SPDX-License-Identifier: Apache-2.0

// A page to watch the live pipeline in a browser, served over HTTP:
//
//   /             the page
//   /events       results as server-sent events: one JSON line (live/json_line.h) each
//   /picture      the camera's images (multipart JPEG), each with the number of its frame as
//                 X-Frame
//
// Viewers get the newest there is: a slow one misses images, and all results but the last few, and
// the pipeline never waits for it.
// Images are only encoded while a viewer is connected. Requests are not trusted: at most 8 kB and 5
// s each, only GET, only the paths above, only addressed to this machine by its address or names
// that were given (else any page in the viewer's browser could have its name resolve here and read
// the results). At an address that other machines reach, they need the token in url().

#ifndef VIDEOPOSE_LIVE_LIVE_SERVER_H_
#define VIDEOPOSE_LIVE_LIVE_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/media.h"

namespace videopose::internal {

struct LiveServerOptions {
  std::string address = "127.0.0.1";         // to be reachable at
  int port = 8080;                           // 0: any free port
  double timeout_s = 5;                      // for clients that are slow to send or to read
  std::vector<std::string> host_names = {};  // under which it may be asked for, beside the address
  bool token = true;  // asked for beyond this machine; without, all may watch
};

// Whether browsers can have it in an address: letters, digits, '.', '-', ':' and the like, no "*".
bool IsHostName(std::string_view name);

class LiveServer {
 public:
  // Serves from now on, on threads of its own. Throws Error if the port is taken or the address is
  // not this machine's.
  explicit LiveServer(const LiveServerOptions& options);
  ~LiveServer();
  LiveServer(const LiveServer&) = delete;
  LiveServer& operator=(const LiveServer&) = delete;

  int port() const;
  bool asks_for_token() const;  // only who knows url() gets in
  std::string url() const;      // "http://127.0.0.1:8080/", "http://0.0.0.0:8080/?token=6f3c..."

  // Never waits for viewers.
  void Publish(int64_t frame, std::shared_ptr<const Image> image, const std::string& json_line);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIVE_LIVE_SERVER_H_

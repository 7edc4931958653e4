// SPDX-License-Identifier: Apache-2.0

// Where the results of `live` go.

#ifndef VIDEOPOSE_CLI_CMD_LIVE_OUTPUTS_H_
#define VIDEOPOSE_CLI_CMD_LIVE_OUTPUTS_H_

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "videopose/engine/frame.h"
#include "videopose/ground.h"
#include "videopose/live/delay_statistics.h"
#include "videopose/live/live_server.h"
#include "videopose/live/live_video.h"
#include "videopose/live/udp_sender.h"
#include "videopose/media/live_source.h"
#include "videopose/pose/clip_collector.h"
#include "videopose/process.h"

namespace videopose::internal {

struct LiveOutputOptions {
  std::vector<std::filesystem::path> files;
  RenderOptions render;
  bool are_several = false;    // more than one person may come
  bool hands_and_feet = true;  // poses of Body25() come, and are written
  bool json = false;           // on the standard output; also where nothing else is asked for
  std::string udp, osc;        // HOST:PORT or empty
  std::optional<int> serve_port;
  std::string bind = "127.0.0.1";
  std::vector<std::string> host_names;
  bool token = true;
};

class LiveOutputs {
 public:
  // `source`: must not be overwritten. `drops`: frames that a video cannot take are left out.
  // Throws Error for what cannot be written or served.
  LiveOutputs(const LiveOutputOptions& options, const std::string& source,
              const LiveSourceInfo& info, bool drops);

  void Take(const Frame& frame, const PeopleInFrame& people);
  // Finishes the files, those of poses with all people placed in the world; their names.
  std::vector<std::filesystem::path> Close(const GroundOptions& ground);

  // The only requested output has no reader any more.
  bool is_pointless() const { return is_pointless_; }
  const DelayStatistics& delays() const { return delays_; }
  const LiveServer* server() const { return server_ ? &*server_ : nullptr; }

 private:
  void PrintJson(const std::string& line);

  bool prints_json_, hands_and_feet_;
  std::atomic<bool> is_pointless_{false};
  std::optional<UdpSender> udp_, osc_;
  std::optional<LiveServer> server_;
  std::vector<std::pair<std::filesystem::path, std::unique_ptr<LiveVideo>>> videos_;
  ExportPaths exports_;
  std::optional<ClipCollector> clip_;
  DelayStatistics delays_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_CMD_LIVE_OUTPUTS_H_

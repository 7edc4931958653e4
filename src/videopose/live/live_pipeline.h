// Capture, detection and lifting, each on a thread of its own, with short queues between: what
// cannot be worked off in time is dropped at the front, so that results are late by one picture's
// work and not by a queue's.

#ifndef VIDEOPOSE_LIVE_LIVE_PIPELINE_H_
#define VIDEOPOSE_LIVE_LIVE_PIPELINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "videopose/live/live_frame.h"
#include "videopose/live/live_lifter.h"
#include "videopose/media/live_source.h"

namespace videopose {

struct LivePipelineOptions {
  // A source without a pace of its own (a file, a pipe) is read at the pace of its time stamps, and
  // frames are dropped as from a camera. Else it is read as fast as it is worked off, every frame.
  bool realtime = false;
  // Pictures that have waited longer when their turn comes are dropped.
  double max_latency_s = 0.5;
  // How to open the source again when it breaks off; null: it cannot be.
  std::function<std::unique_ptr<LiveSource>()> reopen;
  double reopen_after_s = 0.5;           // and from then on ever less often
  std::function<bool()> stop_requested;  // asked often, by all threads
  // Called by the capturing thread: "/dev/video0: No such device; trying again".
  std::function<void(const std::string& line)> on_trouble;
};

struct LiveSummary {
  int64_t frames_read = 0, frames_dropped = 0, reopened = 0;
  std::string trouble;  // empty, or why the source ended
};

// Runs until the source ends or a stop is asked for; then everything under way is finished. Results
// go to the lifter's OnResult on the calling thread. Throws what the detector throws, and Error if
// a source that is opened again has pictures of another size.
LiveSummary RunLivePipeline(std::unique_ptr<LiveSource> source, const LiveDetector& detector,
                            LiveLifter& lifter, const LivePipelineOptions& options);

}  // namespace videopose

#endif  // VIDEOPOSE_LIVE_LIVE_PIPELINE_H_

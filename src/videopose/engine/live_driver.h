// SPDX-License-Identifier: Apache-2.0

// The driver for live sources: capture, detection, and the rest of the chain (engine/pose_chain.h),
// each on a thread of its own, with short queues between. Frames that cannot be processed in time
// are dropped at the front, so that results are late by one frame's work and not by a queue's.

#ifndef VIDEOPOSE_ENGINE_LIVE_DRIVER_H_
#define VIDEOPOSE_ENGINE_LIVE_DRIVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "videopose/detect.h"
#include "videopose/engine/frame.h"
#include "videopose/engine/pose_chain.h"
#include "videopose/media/live_source.h"
#include "videopose/pose.h"
#include "videopose/process.h"

namespace videopose::internal {

// So many people are lifted at once: what the streaming lifter is loaded for.
inline constexpr int kMostLivePeople = 8;

// The stages for frames as they come, without look-ahead but for the lifter's. `in_background` is
// GrounderOptions'. Throws Error as StreamingLifter::Load does, and for options that make no sense.
PoseChain LiveChain(const LiveOptions& options, bool in_background = true);

struct LiveDriverOptions {
  // A source without a pace of its own (a file, a pipe) is read at the pace of its time stamps, and
  // frames are dropped as from a camera. Else it is read as fast as frames are processed, every
  // frame.
  bool realtime = false;
  // Frames that have waited longer when their turn comes are dropped.
  double max_latency_s = 0.5;
  // How to reopen the source when it breaks off; null: not possible.
  std::function<std::unique_ptr<LiveSource>()> reopen;
  double reopen_after_s = 0.5;  // and from then on less and less often
  // Time goes on by at most this while the source is away: recordings repeat the last frame for as
  // long. It is longer than people are remembered, who may be others by then.
  double longest_break_s = 3;
  std::function<bool()> stop_requested;  // asked often, by all threads
  // Called by the capturing thread: "/dev/video0: No such device; trying again".
  std::function<void(const std::string& line)> on_error;
};

struct LiveSummary {
  int64_t frames_read = 0, frames_dropped = 0, reopened = 0;
  std::string error_text;  // empty, or why the source ended
};

// A frame and the people in it; called for each frame, on the thread that called RunLive.
using FrameSink = std::function<void(const Frame& frame, const PeopleInFrame& people)>;

// Runs until the source ends or a stop is requested; then all frames in progress are finished. The
// chain begins with a selector. Throws what the detector, the stages and the sink throw, and Error
// if a reopened source has images of another size.
LiveSummary RunLive(std::unique_ptr<LiveSource> source, PoseDetector& detector, PoseChain& chain,
                    const FrameSink& sink, const LiveDriverOptions& options);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_LIVE_DRIVER_H_

// SPDX-License-Identifier: Apache-2.0

// A frame of a video or a camera on its way through the engine.

#ifndef VIDEOPOSE_ENGINE_FRAME_H_
#define VIDEOPOSE_ENGINE_FRAME_H_

#include <chrono>
#include <cstdint>
#include <memory>

#include "videopose/media.h"

namespace videopose::internal {

using FrameClock = std::chrono::steady_clock;

inline double MillisecondsSince(FrameClock::time_point time) {
  return std::chrono::duration<double, std::milli>(FrameClock::now() - time).count();
}

struct Frame {
  std::shared_ptr<const Image> image;
  int64_t index = 0;  // on the steady time line: round(time_s * fps)
  double time_s = 0;  // since the first frame
  FrameClock::time_point arrived;
  int64_t dropped_before = 0;  // frames so far that were never processed
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_FRAME_H_

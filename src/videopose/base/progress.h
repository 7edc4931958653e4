// How long work tells the outside that it goes on, and how the outside tells it to stop.

#ifndef VIDEOPOSE_BASE_PROGRESS_H_
#define VIDEOPOSE_BASE_PROGRESS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>

#include "videopose/error.h"

namespace videopose {

struct Progress {
  std::string_view stage;  // "detect", "render", ...
  int64_t done = 0;        // frames, steps, files
  int64_t total = 0;       // 0 where it is not known
  std::string_view unit_per_s = "fps";
};

// Called often (each frame), from the thread that does the work; must be cheap.
using ProgressCallback = std::function<void(const Progress&)>;

// What long-running calls take. Both parts are optional.
struct WorkMonitor {
  ProgressCallback on_progress;
  const std::atomic<bool>* stop_requested = nullptr;

  // Throws Cancelled if a stop was asked for.
  void Report(std::string_view stage, int64_t done, int64_t total,
              std::string_view unit_per_s = "fps") const {
    if (stop_requested != nullptr && stop_requested->load(std::memory_order_relaxed)) {
      throw Cancelled();
    }
    if (on_progress) on_progress({stage, done, total, unit_per_s});
  }
};

}  // namespace videopose

#endif  // VIDEOPOSE_BASE_PROGRESS_H_

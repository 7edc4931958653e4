// SPDX-License-Identifier: Apache-2.0

// Long work: how it reports progress, how the caller stops it, and on how many threads it runs.

#ifndef VIDEOPOSE_WORK_H_
#define VIDEOPOSE_WORK_H_

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

// Parameters of long-running calls. Both parts are optional.
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

// How many threads work together; at first as many as OpenMP takes (OMP_NUM_THREADS, else as many
// as this process may run on). One number for all of videopose's work: its loops, oneDNN's GEMMs
// and the detector's pool; decoders and encoders, too, unless their options say otherwise. OpenMP's
// own number, which the rest of the process uses, is unchanged.
int ThreadCount();

// count >= 1, or 0 for the default.
void SetThreadCount(int count);

}  // namespace videopose

#endif  // VIDEOPOSE_WORK_H_

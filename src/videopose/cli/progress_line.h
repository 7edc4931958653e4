// SPDX-License-Identifier: Apache-2.0

// The progress line at the bottom of the terminal, as long as it is wide. A terminal without
// control codes (TERM=dumb) gets a line of its own every ten seconds. Prints nothing to a pipe.

#ifndef VIDEOPOSE_CLI_PROGRESS_LINE_H_
#define VIDEOPOSE_CLI_PROGRESS_LINE_H_

#include <chrono>
#include <string>

#include "videopose/base.h"

namespace videopose::internal {

// "1:05", "2:03:10"
std::string FormatDuration(double seconds);

// "render   63%  145/230  152 fps  0:01 left"
std::string FormatProgress(const Progress& progress, double elapsed_s);

class ProgressLine {
 public:
  // Shows on stderr if that is a terminal and `quiet` is not asked for.
  explicit ProgressLine(bool quiet = false);
  ~ProgressLine() { Clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // For long calls: shows progress, and stops them on Ctrl-C. Must not outlive this object.
  WorkMonitor monitor();

  // Removes the line, e.g. before other output.
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;

  void Show(const Progress& progress);

  const bool enabled_;
  const bool plain_;  // no control codes
  std::string stage_;
  Clock::time_point stage_start_, last_shown_;
  bool line_is_shown_ = false;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_PROGRESS_LINE_H_

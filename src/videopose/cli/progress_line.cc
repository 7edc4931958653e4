// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

#include "videopose/cli/stop.h"

namespace videopose::internal {
namespace {

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

std::string FormatDuration(double seconds) {
  const auto total = static_cast<int64_t>(std::llround(seconds));
  if (total >= 3600) {
    return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
  }
  return fmt::format("{}:{:02}", total / 60, total % 60);
}

std::string FormatProgress(const Progress& progress, double elapsed_s) {
  const double rate = elapsed_s > 0 ? static_cast<double>(progress.done) / elapsed_s : 0;
  if (progress.total <= 0) {
    return fmt::format("{:<8} {}  {:.0f} {}", progress.stage, progress.done, rate,
                       progress.unit_per_s);
  }
  const double left_s = rate > 0 ? static_cast<double>(progress.total - progress.done) / rate : 0;
  return fmt::format("{:<8} {:3}%  {}/{}  {:.0f} {}  {} left", progress.stage,
                     100 * progress.done / progress.total, progress.done, progress.total, rate,
                     progress.unit_per_s, FormatDuration(left_s > 0 ? left_s : 0));
}

ProgressLine::ProgressLine(bool quiet) : enabled_(!quiet && isatty(STDERR_FILENO) != 0) {}

WorkMonitor ProgressLine::monitor() {
  return {[this](const Progress& progress) { Show(progress); }, &StopRequested()};
}

void ProgressLine::Show(const Progress& progress) {
  if (!enabled_) return;
  const Clock::time_point now = Clock::now();
  if (progress.stage != stage_) {
    stage_ = progress.stage;
    stage_start_ = now;
  } else if (Seconds(now - last_shown_) < 0.1) {
    return;
  }
  last_shown_ = now;
  line_is_shown_ = true;
  fmt::print(stderr, "\r\033[K{}", FormatProgress(progress, Seconds(now - stage_start_)));
  std::fflush(stderr);
}

void ProgressLine::Clear() {
  if (!line_is_shown_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  line_is_shown_ = false;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "videopose/cli/stop.h"

namespace videopose::internal {
namespace {

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

bool HasNoControlCodes() {
  const char* kind = std::getenv("TERM");
  return kind == nullptr || std::string_view(kind) == "dumb";
}

// A longer line would wrap, and could not be taken back. The last column stays empty.
size_t LongestLine() {
  winsize size{};
  const bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return is_known ? size.ws_col - size_t{1} : 79;
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

ProgressLine::ProgressLine(bool quiet)
    : enabled_(!quiet && isatty(STDERR_FILENO) != 0), plain_(HasNoControlCodes()) {}

WorkMonitor ProgressLine::monitor() {
  return {[this](const Progress& progress) { Show(progress); }, &StopRequested()};
}

void ProgressLine::Show(const Progress& progress) {
  if (!enabled_) return;
  const Clock::time_point now = Clock::now();
  if (progress.stage != stage_) {
    stage_ = progress.stage;
    stage_start_ = now;
  } else if (Seconds(now - last_shown_) < (plain_ ? 10 : 0.1)) {
    return;
  }
  last_shown_ = now;
  const std::string text = FormatProgress(progress, Seconds(now - stage_start_));
  if (plain_) {
    fmt::print(stderr, "{}\n", text);
    return;
  }
  line_is_shown_ = true;
  fmt::print(stderr, "\r\033[K{}", text.substr(0, LongestLine()));
  std::fflush(stderr);
}

void ProgressLine::Clear() {
  if (!line_is_shown_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  line_is_shown_ = false;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// The program. The only place that catches everything, prints errors, and ends with an exit code:
// 0 done, 1 bad input or a failing system, 2 wrong usage, 130 stopped by Ctrl-C.

#include <fmt/format.h>

#include <csignal>
#include <exception>

#include "videopose/cli/advice.h"
#include "videopose/cli/command.h"
#include "videopose/cli/stop.h"
#include "videopose/cli/usage_error.h"
#include "videopose/error.h"
#include "videopose/media.h"

int main(int argc, char** argv) {
  try {
    videopose::internal::StopOnSignals();
    // A closed pipe and a file size limit are errors of the write call, not fatal signals.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    videopose::CaptureFfmpegLog();
    return videopose::internal::RunCommandLine(argc, argv);
  } catch (const videopose::internal::UsageError& error) {
    fmt::print(stderr, "videopose: {}\n", error.what());
    return 2;
  } catch (const videopose::Cancelled&) {
    fmt::print(stderr, "videopose: stopped; nothing half-written is left\n");
    return 130;
  } catch (const videopose::Error& error) {
    fmt::print(stderr, "videopose: {}\n", videopose::internal::WithAdvice(error));
    return 1;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "videopose: out of memory\n");
    return 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "videopose: internal error, please report it: {}\n", error.what());
    return 1;
  }
}

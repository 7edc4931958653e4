// SPDX-License-Identifier: Apache-2.0

// The program. The only place that catches everything, prints errors, and ends with an exit code:
// 0 done, 1 bad input or a failing system, 2 wrong usage, 128 + N stopped by signal N.

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <system_error>

#include "videopose/base.h"
#include "videopose/base/atomic_file.h"
#include "videopose/cli/advice.h"
#include "videopose/cli/command.h"
#include "videopose/cli/standard_output.h"
#include "videopose/cli/stop.h"
#include "videopose/cli/usage_error.h"
#include "videopose/media.h"

namespace videopose::internal {
namespace {

// fmt::print would throw where standard error is full, and there is nothing left to catch it.
void PrintError(const std::string& text) {
  std::fputs(fmt::format("videopose: {}\n", text).c_str(), stderr);
}

constexpr char kNoMemory[] = "videopose: out of memory\n";

// Where an exception cannot be caught. Destructors of libraries (JSON's) take memory and have none.
[[noreturn]] void EndWithoutUnwinding() {
  RemoveUnfinishedFiles();
  try {
    if (const std::exception_ptr error = std::current_exception()) std::rethrow_exception(error);
  } catch (const std::bad_alloc&) {
    (void)!write(STDERR_FILENO, kNoMemory, sizeof(kNoMemory) - 1);
    _exit(1);
  } catch (...) {
  }
  std::abort();
}

int Run(int argc, char** argv) {
  std::set_terminate(EndWithoutUnwinding);
  try {
    StopOnSignals();
    // A closed pipe and a file size limit are errors of the write call, not fatal signals.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    WatchStandardOutput();
    CaptureFfmpegLog();
    return RunCommandLine(argc, argv);
  } catch (const UsageError& error) {
    PrintError(error.what());
    return 2;
  } catch (const Cancelled&) {
    std::fputs(kStoppedMessage, stderr);
    return StopExitCode();
  } catch (const Error& error) {
    PrintError(WithAdvice(error));
    return 1;
  } catch (const std::bad_alloc&) {
    std::fputs(kNoMemory, stderr);
    return 1;
  } catch (const std::system_error& error) {
    // Of a file, a thread or a disk: what() ends with the system's reason.
    PrintError(error.what());
    return 1;
  } catch (const std::exception& error) {
    PrintError(fmt::format("internal error, please report it: {}", error.what()));
    return 1;
  }
}

}  // namespace
}  // namespace videopose::internal

int main(int argc, char** argv) {
  const int code = videopose::internal::Run(argc, argv);
  const int error = videopose::internal::FlushStandardOutput();
  if (error == 0 || error == EPIPE || code != 0) return code;
  videopose::internal::PrintError(
      fmt::format("standard output: cannot write: {}", std::strerror(error)));
  return 1;
}

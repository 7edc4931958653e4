// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/standard_output.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

namespace videopose::internal {
namespace {

std::atomic<int> first_error{0};

ssize_t WriteOn(void*, const char* bytes, size_t size) {
  for (size_t done = 0; done < size && first_error == 0;) {
    const ssize_t written = write(STDOUT_FILENO, bytes + done, size - done);
    if (written >= 0) done += static_cast<size_t>(written);
    if (written < 0 && errno != EINTR) first_error = errno;
  }
  return static_cast<ssize_t>(size);
}

}  // namespace

void WatchStandardOutput() {
  // A stream of the C library's own kind, so that all code that prints keeps its call.
  FILE* const watched = fopencookie(nullptr, "w", {.write = WriteOn});
  if (watched == nullptr) return;
  if (isatty(STDOUT_FILENO) != 0) setvbuf(watched, nullptr, _IOLBF, BUFSIZ);
  stdout = watched;
}

int FlushStandardOutput() {
  if (std::fflush(stdout) != 0 && first_error == 0) first_error = errno;
  return first_error;
}

}  // namespace videopose::internal

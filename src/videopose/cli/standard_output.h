// SPDX-License-Identifier: Apache-2.0

// Whether what was printed has arrived.

#ifndef VIDEOPOSE_CLI_STANDARD_OUTPUT_H_
#define VIDEOPOSE_CLI_STANDARD_OUTPUT_H_

namespace videopose::internal {

// From now on printing to `stdout` never fails: the first error of the system is remembered, and
// what comes after it is dropped.
void WatchStandardOutput();

// Flushes it, and returns that error (an errno), or 0. EPIPE: the reader has left, as `head` does,
// which is no failure.
int FlushStandardOutput();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_STANDARD_OUTPUT_H_

// SPDX-License-Identifier: Apache-2.0

// Ctrl-C: the first one asks the work to stop at its next frame and to clean up; the second one
// ends the process at once.

#ifndef VIDEOPOSE_CLI_STOP_H_
#define VIDEOPOSE_CLI_STOP_H_

#include <atomic>

namespace videopose::internal {

// Set by SIGINT and SIGTERM after StopOnSignals.
const std::atomic<bool>& StopRequested();

void StopOnSignals();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_STOP_H_

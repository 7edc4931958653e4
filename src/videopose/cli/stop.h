// SPDX-License-Identifier: Apache-2.0

// Ctrl-C, SIGTERM and SIGHUP. The first one asks the work to stop at its next frame and to clean
// up. A program that does not (it waits for a pipe, a child, a disk) is ended two seconds later,
// and at once by the second one; temporary files are removed then, too. A signal that was ignored
// when the program began stays so.

#ifndef VIDEOPOSE_CLI_STOP_H_
#define VIDEOPOSE_CLI_STOP_H_

#include <atomic>

namespace videopose::internal {

// Set by such a signal after StopOnSignals.
const std::atomic<bool>& StopRequested();

// Of a program that was stopped: 128 + the signal, 130 for Ctrl-C.
int StopExitCode();

void StopOnSignals();

// While one lives, only a second signal ends the program: the first has told it to finish what it
// has.
class FinishesWhenStopped {
 public:
  FinishesWhenStopped();
  ~FinishesWhenStopped();
  FinishesWhenStopped(const FinishesWhenStopped&) = delete;
  FinishesWhenStopped& operator=(const FinishesWhenStopped&) = delete;
};

inline constexpr char kStoppedMessage[] = "videopose: stopped; nothing half-written is left\n";

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_STOP_H_

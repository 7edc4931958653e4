// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/stop.h"

#include <unistd.h>

#include <csignal>
#include <ctime>
#include <string_view>
#include <thread>

#include "videopose/base/atomic_file.h"

namespace videopose::internal {
namespace {

std::atomic<bool> stop_requested{false};
std::atomic<int> stop_signal{SIGINT}, finishing{0};

// Those that are not ignored already, as SIGHUP is under nohup.
sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_IGN) {
      sigaddset(&signals, signal);
    }
  }
  return signals;
}

void AwaitSignals(sigset_t signals) {
  int signal = 0;
  if (sigwait(&signals, &signal) != 0) return;
  stop_signal = signal;
  stop_requested = true;
  constexpr timespec kTimeout = {.tv_sec = 2, .tv_nsec = 0};
  int second = 0;
  do {
    second = sigtimedwait(&signals, nullptr, &kTimeout);
  } while (second < 0 && finishing > 0);
  RemoveUnfinishedFiles();
  const std::string_view message = kStoppedMessage;
  (void)!write(STDERR_FILENO, message.data(), message.size());
  std::signal(signal, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  std::raise(signal);
}

}  // namespace

const std::atomic<bool>& StopRequested() { return stop_requested; }
int StopExitCode() { return 128 + stop_signal; }

// No handler: with one, Ctrl-C in training corrupted the heap one time in five, seen inside oneDNN.
// The system runs handlers on the stack of the running thread, and generated code may use the stack
// pointer for something else. Without one, all of 16 stops were clean.
void StopOnSignals() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // threads inherit it
  std::thread(AwaitSignals, signals).detach();
}

FinishesWhenStopped::FinishesWhenStopped() { ++finishing; }
FinishesWhenStopped::~FinishesWhenStopped() { --finishing; }

}  // namespace videopose::internal

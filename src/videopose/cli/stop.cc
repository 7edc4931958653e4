// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/stop.h"

#include <csignal>
#include <thread>

namespace videopose::internal {
namespace {

std::atomic<bool> stop_requested{false};

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

// The first signal asks to stop, the second ends the program.
void AwaitSignals() {
  const sigset_t signals = StopSignals();
  int signal = 0;
  if (sigwait(&signals, &signal) != 0) return;
  stop_requested = true;
  if (sigwait(&signals, &signal) != 0) return;
  std::signal(signal, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  std::raise(signal);
}

}  // namespace

const std::atomic<bool>& StopRequested() { return stop_requested; }

// No handler: with one, Ctrl-C in training corrupted the heap one time in five, seen inside oneDNN.
// The system runs handlers on the stack of the running thread, and generated code may use the stack
// pointer for something else. Without one, all of 16 stops were clean.
void StopOnSignals() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // threads inherit it
  std::thread(AwaitSignals).detach();
}

}  // namespace videopose::internal

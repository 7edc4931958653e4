#include "videopose/cli/stop.h"

#include <csignal>

namespace videopose {
namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "or a signal handler may not set it");

void HandleSignal(int signal) {
  stop_requested = true;
  std::signal(signal, SIG_DFL);
}

}  // namespace

const std::atomic<bool>& StopRequested() { return stop_requested; }

void StopOnSignals() {
  std::signal(SIGINT, HandleSignal);
  std::signal(SIGTERM, HandleSignal);
}

}  // namespace videopose

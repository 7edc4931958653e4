// SPDX-License-Identifier: Apache-2.0

// Long work on behalf of Python: without the GIL, stopped by Ctrl-C, with progress.

#ifndef VIDEOPOSE_PYTHON_INTERRUPTIBLE_H_
#define VIDEOPOSE_PYTHON_INTERRUPTIBLE_H_

#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "videopose/base.h"

namespace videopose::python {

namespace py = pybind11;

// The latest progress, from the thread that works to the one that Python waits on.
class ProgressSlot {
 public:
  void Set(const Progress& progress) {
    const std::lock_guard lock(mutex_);
    latest_ = Report{std::string(progress.stage), progress.done, progress.total};
  }
  // With the GIL: on_progress(stage, done, total), if there is news.
  void Deliver(const py::object& on_progress) {
    std::optional<Report> report;
    {
      const std::lock_guard lock(mutex_);
      report = std::exchange(latest_, std::nullopt);
    }
    if (report) on_progress(report->stage, report->done, report->total);
  }

 private:
  struct Report {
    std::string stage;
    int64_t done, total;
  };
  std::mutex mutex_;
  std::optional<Report> latest_;
};

// Returns work(monitor), which runs on a thread of its own and must not touch Python without
// acquiring the GIL. The calling thread looks for signals and calls `on_progress` (or None), so
// that Python code runs where Python expects it.
// `stop` becomes true for what the work waits on by itself.
template <typename Work>
auto Interruptible(const py::object& on_progress, Work&& work, std::atomic<bool>& stop) {
  ProgressSlot progress;
  WorkMonitor monitor{.stop_requested = &stop};
  if (!on_progress.is_none()) monitor.on_progress = [&](const Progress& p) { progress.Set(p); };
  std::exception_ptr interrupt;
  auto result = std::async(std::launch::async, [&] { return work(monitor); });
  {
    const py::gil_scoped_release release;
    while (result.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready) {
      if (stop) continue;
      const py::gil_scoped_acquire acquire;
      try {
        if (PyErr_CheckSignals() != 0) throw py::error_already_set();
        progress.Deliver(on_progress);
      } catch (...) {
        interrupt = std::current_exception();
        stop = true;
      }
    }
  }
  if (interrupt) {
    try {
      result.get();
    } catch (...) {  // it was asked to stop; what the user did is what is told
    }
    std::rethrow_exception(interrupt);
  }
  if constexpr (std::is_void_v<decltype(result.get())>) {
    result.get();
    progress.Deliver(on_progress);
  } else {
    auto value = result.get();
    progress.Deliver(on_progress);
    return value;
  }
}

template <typename Work>
auto Interruptible(const py::object& on_progress, Work&& work) {
  std::atomic<bool> stop = false;
  return Interruptible(on_progress, std::forward<Work>(work), stop);
}

}  // namespace videopose::python

#endif  // VIDEOPOSE_PYTHON_INTERRUPTIBLE_H_

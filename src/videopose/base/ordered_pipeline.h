// SPDX-License-Identifier: Apache-2.0

// Three stages that overlap: one thread produces items, several transform them, the calling thread
// consumes the results in the order of production. At most `depth` items are under way, and their
// memory is used again and again.

#ifndef VIDEOPOSE_BASE_ORDERED_PIPELINE_H_
#define VIDEOPOSE_BASE_ORDERED_PIPELINE_H_

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "videopose/base/bounded_queue.h"

namespace videopose::internal {

template <typename In, typename Out>
struct OrderedPipeline {
  std::function<bool(In&)> produce;          // false at the end; called by one thread
  std::function<void(In&, Out&)> transform;  // called by several threads at once
  std::function<void(Out&)> consume;         // called by the thread that called Run, in order
  int workers = 1;
  int depth = 4;

  // Returns when everything is consumed. Throws what a stage throws, after all threads have ended.
  void Run();

 private:
  struct Slot {
    In in;
    Out out;
    std::exception_ptr error;
    bool ready = false;
  };
};

template <typename In, typename Out>
void OrderedPipeline<In, Out>::Run() {
  std::vector<Slot> slots(static_cast<size_t>(depth));
  // Each queue can hold every slot, so that only an empty `unused` ever makes the producer wait.
  BoundedQueue<Slot*> unused(slots.size()), to_transform(slots.size()), in_order(slots.size());
  for (Slot& slot : slots) unused.Push(&slot);
  std::mutex mutex;
  std::condition_variable slot_ready;
  const auto set_ready = [&](Slot& slot, const std::exception_ptr& error) {
    const std::lock_guard lock(mutex);
    slot.error = error;
    slot.ready = true;
    slot_ready.notify_all();
  };
  const auto close_all = [&] {
    unused.Close();
    to_transform.Close();
    in_order.Close();
  };

  std::vector<std::jthread> threads;
  const auto run_producer = [&] {
    while (const std::optional<Slot*> slot = unused.Pop()) {
      (*slot)->ready = false;
      try {
        if (!produce((*slot)->in)) break;
      } catch (...) {
        set_ready(**slot, std::current_exception());
        in_order.Push(*slot);
        break;
      }
      in_order.Push(*slot);
      to_transform.Push(*slot);
    }
    to_transform.Close();
    in_order.Close();
  };
  const auto run_worker = [&] {
    while (const std::optional<Slot*> slot = to_transform.Pop()) {
      try {
        transform((*slot)->in, (*slot)->out);
        set_ready(**slot, nullptr);
      } catch (...) {
        set_ready(**slot, std::current_exception());
      }
    }
  };

  try {
    threads.emplace_back(run_producer);  // the system may refuse
    for (int i = 0; i < workers; ++i) threads.emplace_back(run_worker);
    while (const std::optional<Slot*> slot = in_order.Pop()) {
      {
        std::unique_lock lock(mutex);
        slot_ready.wait(lock, [&] { return (*slot)->ready; });
      }
      if ((*slot)->error) std::rethrow_exception((*slot)->error);
      consume((*slot)->out);
      unused.Push(*slot);
    }
  } catch (...) {
    close_all();
    throw;  // the threads' destructors join them first
  }
  close_all();
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_ORDERED_PIPELINE_H_

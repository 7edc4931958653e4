// SPDX-License-Identifier: Apache-2.0

// XNNPACK's threads, also used by our own loops: two pools (this one and OpenMP's) whose idle
// threads both spin would take the processor from each other.
//
// A network is about 70 operators, and after each the threads wait for the last of them, spinning.
// Where something else needs a processor that is costly. On 2 nearly idle cores BlazePose full's
// network takes 6 ms with one thread and 4 ms with two; on the same cores shared with compilers and
// a busy loop, a frame took 14 ms with one and 137 ms with two. A decoder, a renderer and an
// encoder run at the same time, so the default leaves half of the machine to them.

#ifndef VIDEOPOSE_BASE_WORKER_POOL_H_
#define VIDEOPOSE_BASE_WORKER_POOL_H_

#include <pthreadpool.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace videopose::internal {

class WorkerPool {
 public:
  // threads: 0: half of ThreadCount(), at least 1 and at most 4. One: only the caller's thread.
  explicit WorkerPool(int threads);

  // Calls body(begin, end) on ranges of at most `grain` that together cover [0, count). `body` must
  // not throw.
  void ParallelFor(int64_t count, int64_t grain,
                   const std::function<void(int64_t begin, int64_t end)>& body);

  // Null for one thread, which XNNPACK takes as "on the caller's".
  pthreadpool_t get() const { return pool_.get(); }

 private:
  struct Destroy {
    void operator()(pthreadpool_t pool) const { pthreadpool_destroy(pool); }
  };
  std::unique_ptr<pthreadpool, Destroy> pool_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_WORKER_POOL_H_

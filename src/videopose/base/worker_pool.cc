// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/worker_pool.h"

#include <algorithm>

#include "videopose/base/error.h"
#include "videopose/base/handover.h"
#include "videopose/base/parallel.h"

namespace videopose::internal {

WorkerPool::WorkerPool(int threads) {
  const int count = threads > 0 ? threads : std::clamp(ThreadCount() / 2, 1, 4);
  if (count == 1) return;
  pool_.reset(pthreadpool_create(static_cast<size_t>(count)));
  if (pool_ == nullptr) {
    Fail(ErrorCode::kUnsupported, {.option = "threads"}, "cannot start {} threads", count);
  }
}

void WorkerPool::ParallelFor(int64_t count, int64_t grain,
                             const std::function<void(int64_t, int64_t)>& body) {
  struct Work : Handover {
    const std::function<void(int64_t, int64_t)>& body;
  } work{{}, body};
  const auto call = [](void* context, size_t begin, size_t size) {
    auto* given = static_cast<Work*>(context);
    given->Take();
    given->body(static_cast<int64_t>(begin), static_cast<int64_t>(begin + size));
    given->Give();
  };
  work.Give();
  pthreadpool_parallelize_1d_tile_1d(pool_.get(), call, &work, static_cast<size_t>(count),
                                     static_cast<size_t>(grain), 0);
  work.Take();
}

}  // namespace videopose::internal

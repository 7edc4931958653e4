// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace videopose::internal::worker_pool_test {

TEST(WorkerPoolTest, EveryItemOnceWhateverTheThreads) {
  for (const int threads : {0, 1, 2, 5}) {
    WorkerPool pool(threads);
    for (const int64_t count : {0, 1, 7, 100}) {
      std::vector<std::atomic<int>> calls(static_cast<size_t>(count));
      pool.ParallelFor(count, 8, [&](int64_t begin, int64_t end) {
        EXPECT_LE(end - begin, 8);
        for (int64_t i = begin; i < end; ++i) ++calls[i];
      });
      for (const std::atomic<int>& c : calls) EXPECT_EQ(c, 1);
    }
  }
}

}  // namespace videopose::internal::worker_pool_test

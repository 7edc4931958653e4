// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/parallel.h"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "videopose/base/check.h"
#include "videopose/base/handover.h"

namespace videopose {

using namespace internal;
namespace {

std::atomic<int> thread_count{0};

}  // namespace

int ThreadCount() {
  const int count = thread_count.load();
  static const int of_openmp = omp_get_max_threads();
  return count > 0 ? count : of_openmp;
}

void SetThreadCount(int count) {
  VP_CHECK(count >= 0, "{} threads", count);
  thread_count = count;
}

void internal::ParallelFor(int64_t count, int64_t grain,
                           const std::function<void(int64_t begin, int64_t end)>& body) {
  if (count <= 0) return;
  const int64_t most = std::max<int64_t>(1, count / std::max<int64_t>(1, grain));
  const int parts = static_cast<int>(std::min<int64_t>(ThreadCount(), most));
  if (parts == 1) {
    body(0, count);
    return;
  }
  std::exception_ptr first_error;
  std::mutex mutex;
  Handover work;
  work.Give();
#pragma omp parallel for num_threads(parts) schedule(static, 1)
  for (int part = 0; part < parts; ++part) {
    work.Take();
    try {
      body(count * part / parts, count * (part + 1) / parts);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!first_error) first_error = std::current_exception();
    }
    work.Give();
  }
  work.Take();
  if (first_error) std::rethrow_exception(first_error);
}

}  // namespace videopose

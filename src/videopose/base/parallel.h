// SPDX-License-Identifier: Apache-2.0

// Loops on ThreadCount() threads.

#ifndef VIDEOPOSE_BASE_PARALLEL_H_
#define VIDEOPOSE_BASE_PARALLEL_H_

#include <cstdint>
#include <functional>

#include "videopose/base.h"

namespace videopose::internal {

// Calls body(begin, end) on ranges that together cover [0, count), in parallel where there are at
// least `grain` items per thread. An exception in body is thrown on to the caller (the first one,
// if several).
void ParallelFor(int64_t count, int64_t grain,
                 const std::function<void(int64_t begin, int64_t end)>& body);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_PARALLEL_H_

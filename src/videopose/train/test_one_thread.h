// SPDX-License-Identifier: Apache-2.0

#ifndef VIDEOPOSE_TRAIN_TEST_ONE_THREAD_H_
#define VIDEOPOSE_TRAIN_TEST_ONE_THREAD_H_

#include "videopose/base/parallel.h"

namespace videopose::internal {

// For tests that train. Small networks gain nothing from threads, and these wait for each other
// where the machine is busy.
struct OneThread {
  OneThread() { SetThreadCount(1); }
  ~OneThread() { SetThreadCount(0); }
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_TEST_ONE_THREAD_H_

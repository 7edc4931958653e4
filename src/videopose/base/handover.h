// SPDX-License-Identifier: Apache-2.0

// Tells the thread sanitizer what it cannot see: work goes to threads of libgomp or pthreadpool,
// which are not instrumented, and comes back. Nothing in other builds.
//
//   Handover work;
//   work.Give();                       // before the threads begin
//   ... on each of them: work.Take(); do it; work.Give();
//   work.Take();                       // when they are done

#ifndef VIDEOPOSE_BASE_HANDOVER_H_
#define VIDEOPOSE_BASE_HANDOVER_H_

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace videopose::internal {

class Handover {
 public:
#ifdef __SANITIZE_THREAD__
  void Give() { __tsan_release(this); }
  void Take() { __tsan_acquire(this); }
#else
  void Give() {}
  void Take() {}
#endif
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_HANDOVER_H_

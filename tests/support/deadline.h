// SPDX-License-Identifier: Apache-2.0

// A time limit for tests of queues, threads and sockets, which must not block for ever.

#ifndef VIDEOPOSE_TESTS_SUPPORT_DEADLINE_H_
#define VIDEOPOSE_TESTS_SUPPORT_DEADLINE_H_

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace videopose::internal {

// Ends the test program with a message where the scope that holds it lasts for more than two
// minutes: hundreds of times as long as such a test takes, so a busy machine does not matter. A
// thread that hangs cannot be ended otherwise.
class Deadline {
 public:
  // `what` should have come to its end, as in "the producer".
  explicit Deadline(std::string what);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_over_ = false;
  std::thread watch_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TESTS_SUPPORT_DEADLINE_H_

// SPDX-License-Identifier: Apache-2.0

#include "support/deadline.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <utility>

namespace videopose::internal {

Deadline::Deadline(std::string what)
    : watch_([this, what = std::move(what)] {
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, std::chrono::minutes(2), [&] { return is_over_; })) return;
        const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
        std::cerr << (test != nullptr ? test->name() : "?") << ": " << what
                  << " has not come to an end after two minutes" << std::endl;
        _exit(1);
      }) {}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_one();
  watch_.join();
}

}  // namespace videopose::internal

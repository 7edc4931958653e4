// SPDX-License-Identifier: Apache-2.0

// A queue of bounded size between two threads, so memory stays bounded: a fast producer waits, or,
// where it cannot wait (a camera), the oldest item is dropped.

#ifndef VIDEOPOSE_BASE_BOUNDED_QUEUE_H_
#define VIDEOPOSE_BASE_BOUNDED_QUEUE_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace videopose::internal {

enum class WhenFull { kWait, kDropOldest };

template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(size_t capacity, WhenFull when_full = WhenFull::kWait)
      : capacity_(capacity), when_full_(when_full) {}

  // Waits for space or drops the oldest item. False, and the item lost, once the queue is closed.
  bool Push(T item) {
    std::unique_lock lock(mutex_);
    if (when_full_ == WhenFull::kWait) {
      changed_.wait(lock, [&] { return closed_ || items_.size() < capacity_; });
    }
    if (closed_) return false;
    if (items_.size() == capacity_) {
      items_.pop_front();
      ++dropped_;
    }
    items_.push_back(std::move(item));
    changed_.notify_all();
    return true;
  }

  // Waits for an item. std::nullopt once the queue is closed and empty.
  std::optional<T> Pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    T item = std::move(items_.front());
    items_.pop_front();
    changed_.notify_all();
    return item;
  }

  // Nothing more will be pushed (producer), or nothing more is wanted (consumer).
  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  // Items that were dropped for newer ones.
  int64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  const size_t capacity_;
  const WhenFull when_full_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> items_;
  int64_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_BOUNDED_QUEUE_H_

// A queue between a producer that cannot wait, such as a camera, and a consumer that may be slower:
// when it is full the oldest item makes room.

#ifndef VIDEOPOSE_LIVE_NEWEST_QUEUE_H_
#define VIDEOPOSE_LIVE_NEWEST_QUEUE_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace videopose {

template <typename T>
class NewestQueue {
 public:
  // `drops`: whether a full queue drops its oldest item, or lets the producer wait.
  NewestQueue(size_t capacity, bool drops) : capacity_(capacity), drops_(drops) {}

  // False, and the item dropped, once the queue is closed.
  bool Push(T item) {
    std::unique_lock lock(mutex_);
    if (!drops_) changed_.wait(lock, [&] { return closed_ || items_.size() < capacity_; });
    if (closed_) return false;
    if (items_.size() == capacity_) {
      items_.pop_front();
      ++dropped_;
    }
    items_.push_back(std::move(item));
    changed_.notify_all();
    return true;
  }

  // Waits for an item. Nothing, once the queue is closed and empty.
  std::optional<T> Pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    T item = std::move(items_.front());
    items_.pop_front();
    changed_.notify_all();
    return item;
  }

  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  int64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  const size_t capacity_;
  const bool drops_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> items_;
  int64_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace videopose

#endif  // VIDEOPOSE_LIVE_NEWEST_QUEUE_H_

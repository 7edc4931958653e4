// SPDX-License-Identifier: Apache-2.0

// Bytes that several values share without copying: a part of a file in memory stays valid as long
// as any value refers to a piece of it, and a small piece keeps the whole alive.

#ifndef VIDEOPOSE_ARRAYS_SHARED_BYTES_H_
#define VIDEOPOSE_ARRAYS_SHARED_BYTES_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "videopose/base/check.h"

namespace videopose::internal {

class SharedBytes {
 public:
  SharedBytes() = default;
  SharedBytes(std::shared_ptr<const void> owner, const void* data, size_t size)
      : data_(std::move(owner), static_cast<const char*>(data)), size_(size) {}

  static SharedBytes Own(std::string bytes) {
    auto owner = std::make_shared<const std::string>(std::move(bytes));
    const std::string& held = *owner;
    return {std::move(owner), held.data(), held.size()};
  }
  template <typename T>
  static SharedBytes Own(std::vector<T> values) {
    auto owner = std::make_shared<const std::vector<T>>(std::move(values));
    const std::vector<T>& held = *owner;
    return {std::move(owner), held.data(), held.size() * sizeof(T)};
  }

  // Not aligned to anything: copy values out with memcpy.
  const char* data() const { return data_.get(); }
  size_t size() const { return size_; }
  std::string_view view() const { return {data_.get(), size_}; }

  SharedBytes Part(size_t offset, size_t size) const {
    VP_CHECK(offset <= size_ && size <= size_ - offset, "{} + {} of {}", offset, size, size_);
    return {data_, data_.get() + offset, size};
  }
  SharedBytes From(size_t offset) const { return Part(offset, size_ - offset); }

 private:
  std::shared_ptr<const char> data_;
  size_t size_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_SHARED_BYTES_H_

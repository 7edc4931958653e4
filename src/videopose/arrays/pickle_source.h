// SPDX-License-Identifier: Apache-2.0

// The bytes of a pickle, taken from front to back, and the plain values that single opcodes hold.

#ifndef VIDEOPOSE_ARRAYS_PICKLE_SOURCE_H_
#define VIDEOPOSE_ARRAYS_PICKLE_SOURCE_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "videopose/arrays/pickle_value.h"
#include "videopose/arrays/shared_bytes.h"

namespace videopose::internal {

class PickleSource {
 public:
  PickleSource(SharedBytes bytes, std::string name)
      : bytes_(std::move(bytes)), name_(std::move(name)) {}

  // Throws the Error that says what is wrong with the opcode taken last.
  [[noreturn]] void Damaged(std::string_view what) const;

  size_t size() const { return bytes_.size(); }
  size_t position() const { return position_; }
  size_t opcode_at() const { return opcode_at_; }

  char TakeOpcode();
  std::string_view Take(size_t count);
  std::string_view TakeLine();  // without its end
  uint64_t LineIndex();         // a memo number in a line of text
  template <typename T>
  T TakeNumber() {
    T number;
    std::memcpy(&number, Take(sizeof(T)).data(), sizeof(T));
    return number;
  }

  // The value that `opcode` pushes, if it pushes None, a bool, number, string or bytes (false where
  // it does not); strings and bytes share the pickle's.
  bool ReadLeaf(char opcode, PickleValue& value);

 private:
  SharedBytes TakeShared(uint64_t count);
  PickleValue ParseInteger(std::string_view text) const;
  PickleValue TextInteger();
  PickleValue TextLong();
  PickleValue TextFloat();
  PickleValue BinaryFloat();
  PickleValue BinaryLong(uint64_t size);
  PickleValue QuotedString();
  PickleValue TextUnicode();

  SharedBytes bytes_;
  std::string name_;
  size_t position_ = 0;
  size_t opcode_at_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_PICKLE_SOURCE_H_

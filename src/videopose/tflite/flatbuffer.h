// SPDX-License-Identifier: Apache-2.0

// A bounds-checked view of a FlatBuffers file: every offset is checked against the bytes before it
// is followed, so a damaged or hostile file is always an Error.
//
// The format: https://flatbuffers.dev/internals - a table is a signed offset back to its vtable,
// which holds for each field where in the table it lies (0: absent); strings and vectors are a
// length and their elements; references are unsigned offsets forward from where they stand.

#ifndef VIDEOPOSE_TFLITE_FLATBUFFER_H_
#define VIDEOPOSE_TFLITE_FLATBUFFER_H_

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace videopose::internal {

// The bytes of a file and its name for messages. Does not own the bytes.
struct FlatBytes {
  std::span<const uint8_t> bytes;
  std::string file;

  // The `count` bytes from `position` on. Throws Error if they are not all inside the file.
  const uint8_t* Need(uint64_t position, uint64_t count) const;

  template <typename T>
  T Read(uint64_t position) const {
    T value;
    std::memcpy(&value, Need(position, sizeof(T)), sizeof(T));
    return value;
  }
};

// One table of the file. Fields are numbered in the order of the schema; a union counts as two
// (its type, then its value). Refers to `FlatBytes`, which must outlive it.
class FlatTable {
 public:
  // Throws Error unless the file starts like a FlatBuffer with this four-letter identifier.
  static FlatTable Root(const FlatBytes& bytes, std::string_view identifier);

  template <typename T>
  T Scalar(int field, T absent) const {
    const uint64_t position = FieldPosition(field);
    return position == 0 ? absent : bytes_->Read<T>(position);
  }

  // Vectors and strings are empty where the field is absent.
  template <typename T>
  std::vector<T> Values(int field) const {
    const std::span<const uint8_t> bytes = Vector(field, sizeof(T));
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  std::span<const uint8_t> Bytes(int field) const { return Vector(field, 1); }
  std::string String(int field) const;
  std::optional<FlatTable> Table(int field) const;
  std::vector<FlatTable> Tables(int field) const;

 private:
  FlatTable(const FlatBytes& bytes, uint64_t position);
  uint64_t FieldPosition(int field) const;  // 0 where the field is absent
  uint64_t Follow(uint64_t position) const;
  std::span<const uint8_t> Vector(int field, uint64_t element_size) const;

  const FlatBytes* bytes_;
  uint64_t position_;
  uint64_t vtable_;
  uint16_t vtable_size_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TFLITE_FLATBUFFER_H_

// SPDX-License-Identifier: Apache-2.0

#include "videopose/tflite/flatbuffer.h"

#include <algorithm>

#include "videopose/base/error.h"

namespace videopose::internal {

const uint8_t* FlatBytes::Need(uint64_t position, uint64_t count) const {
  if (count > bytes.size() || position > bytes.size() - count) {
    Fail("{}: damaged model file: points at byte {} + {}, but has {} bytes; fetch it again", file,
         position, count, bytes.size());
  }
  return bytes.data() + position;
}

FlatTable FlatTable::Root(const FlatBytes& bytes, std::string_view identifier) {
  if (bytes.bytes.size() < 8 || !std::equal(identifier.begin(), identifier.end(),
                                            reinterpret_cast<const char*>(bytes.Need(4, 4)))) {
    Fail("{}: not a TensorFlow Lite model (no '{}' at byte 4)", bytes.file, identifier);
  }
  return {bytes, bytes.Read<uint32_t>(0)};
}

FlatTable::FlatTable(const FlatBytes& bytes, uint64_t position)
    : bytes_(&bytes), position_(position) {
  const int64_t vtable = static_cast<int64_t>(position) - bytes.Read<int32_t>(position);
  // A negative position becomes a huge one, which Read rejects.
  vtable_ = static_cast<uint64_t>(vtable);
  vtable_size_ = bytes.Read<uint16_t>(vtable_);
  bytes.Need(vtable_, vtable_size_);
}

uint64_t FlatTable::FieldPosition(int field) const {
  const uint64_t entry = 4 + 2 * static_cast<uint64_t>(field);
  if (entry + 2 > vtable_size_) return 0;
  const uint16_t offset = bytes_->Read<uint16_t>(vtable_ + entry);
  return offset == 0 ? 0 : position_ + offset;
}

uint64_t FlatTable::Follow(uint64_t position) const {
  return position + bytes_->Read<uint32_t>(position);
}

std::span<const uint8_t> FlatTable::Vector(int field, uint64_t element_size) const {
  const uint64_t position = FieldPosition(field);
  if (position == 0) return {};
  const uint64_t start = Follow(position);
  const uint64_t byte_count = bytes_->Read<uint32_t>(start) * element_size;
  return {bytes_->Need(start + 4, byte_count), byte_count};
}

std::string FlatTable::String(int field) const {
  const std::span<const uint8_t> bytes = Bytes(field);
  return {bytes.begin(), bytes.end()};
}

std::optional<FlatTable> FlatTable::Table(int field) const {
  const uint64_t position = FieldPosition(field);
  if (position == 0) return std::nullopt;
  return FlatTable(*bytes_, Follow(position));
}

std::vector<FlatTable> FlatTable::Tables(int field) const {
  std::vector<FlatTable> tables;
  const std::span<const uint8_t> offsets = Vector(field, sizeof(uint32_t));
  for (size_t i = 0; i < offsets.size(); i += sizeof(uint32_t)) {
    const auto position = static_cast<uint64_t>(offsets.data() + i - bytes_->bytes.data());
    tables.push_back(FlatTable(*bytes_, Follow(position)));
  }
  return tables;
}

}  // namespace videopose::internal

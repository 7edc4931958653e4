// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/mat_layout.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace {

constexpr size_t kHeader = 128, kTag = 8;
enum Type : uint32_t { kInt32 = 5, kUint32 = 6, kMatrix = 14, kCompressed = 15 };
enum Class : uint32_t { kCell = 1, kStruct = 2, kObject = 3, kSparse = 5, kFunction = 16 };

struct Element {
  uint32_t type = 0;
  std::string_view data;
};

class Checker {
 public:
  Checker(std::string name, bool is_little) : name_(std::move(name)), is_little_(is_little) {}

  uint32_t Number(std::string_view bytes, size_t at) const {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) {
      const char byte = bytes[at + (is_little_ ? 3 - i : i)];
      value = value << 8 | static_cast<unsigned char>(byte);
    }
    return value;
  }

  // Of a whole element at the top level, behind its tag.
  void CheckVariable(uint32_t type, std::string_view data) const {
    if (type == kMatrix) return CheckMatrix(data, 0);
    if (type != kCompressed) Damaged();
    const std::string unpacked = Unpack(data);
    Element element;
    std::string_view rest = unpacked;
    if (!Next(rest, element) || element.type != kMatrix) Damaged();
    CheckMatrix(element.data, 0);
  }

  [[noreturn]] void Damaged() const { Fail("{}: truncated or damaged", name_); }

 private:
  // Takes the first of these elements; false where there is none.
  bool Next(std::string_view& bytes, Element& element) const {
    if (bytes.size() < kTag) return false;
    const uint32_t type = Number(bytes, 0), small_size = type >> 16;
    size_t begin = kTag, size = Number(bytes, 4), padded = 0;
    if (small_size != 0) {  // type, size and at most four bytes in the tag itself
      begin = 4, size = small_size, padded = 4;
    } else {
      padded = (size + 7) / 8 * 8;
    }
    if (size > padded || size > bytes.size() - begin) Damaged();
    element = {type & 0xFFFF, bytes.substr(begin, size)};
    bytes.remove_prefix(std::min(bytes.size(), begin + padded));
    return true;
  }

  // Flags, dimensions, a name; of structs the names of their fields; then numbers, or arrays.
  void CheckMatrix(std::string_view bytes, int depth) const {
    constexpr int kDeepest = 32;
    if (depth > kDeepest) Fail("{}: damaged: arrays in arrays in arrays", name_);
    const size_t size = bytes.size();
    uint32_t array_class = 0, name_bytes = 0;
    double elements = 1, fields = 1, arrays = 0;
    Element element;
    for (int i = 0; Next(bytes, element); ++i) {
      const int names_at = array_class == kObject ? 5 : array_class == kStruct ? 4 : -1;
      const bool has_number = element.data.size() >= 4;
      if (i == 0 && element.type == kUint32 && has_number) {
        array_class = Number(element.data, 0) & 0xFF;
      } else if (i == 1 && element.type == kInt32) {
        for (size_t at = 0; at + 4 <= element.data.size(); at += 4) {
          elements *= Number(element.data, at);
        }
      } else if (i == names_at - 1 && has_number) {
        name_bytes = Number(element.data, 0);
      } else if (i == names_at) {
        fields = name_bytes == 0 ? 0 : static_cast<double>(element.data.size()) / name_bytes;
      } else if (element.type == kMatrix) {
        CheckMatrix(element.data, depth + 1);
        ++arrays;
      }
    }
    if (array_class == kSparse || array_class >= kFunction) return;  // all dimensions are allowed
    const bool has_arrays = array_class >= kCell && array_class <= kObject;
    if (elements * fields > (has_arrays ? arrays : static_cast<double>(size))) {
      Fail("{}: damaged: {:.0f} elements in {} bytes", name_, elements * fields, size);
    }
  }

  std::string Unpack(std::string_view packed) const {
    constexpr double kMostOfByte = 1040;  // no deflated byte makes more
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) Fail("{}: out of memory", name_);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = packed.size();
    const auto read = [&](std::string& bytes, size_t from) {
      stream.next_out = reinterpret_cast<Bytef*>(bytes.data() + from);
      stream.avail_out = bytes.size() - from;
      inflate(&stream, Z_SYNC_FLUSH);
      return stream.avail_out == 0;
    };
    std::string bytes(kTag, '\0');
    bool is_whole = read(bytes, 0);
    if (is_whole) {
      const size_t size = Number(bytes, 4);
      is_whole = static_cast<double>(size) <= kMostOfByte * static_cast<double>(packed.size());
      if (is_whole) bytes.resize(kTag + size);
      is_whole = is_whole && read(bytes, kTag);
    }
    inflateEnd(&stream);
    if (!is_whole) Damaged();
    return bytes;
  }

  std::string name_;
  bool is_little_;
};

}  // namespace

namespace {

// A v4 file has no header of its own: each matrix begins with five numbers of 4 bytes and its name.
// "MAT-File Format", chapter 2. Byte orders of VAX and Cray are none of matio's.
void CheckVersion4(const std::string& bytes, const std::string& name) {
  constexpr size_t kHeader4 = 20;
  constexpr std::array<double, 6> kItemBytes = {8, 4, 4, 2, 2, 1};
  if (bytes.size() < kHeader4) return;
  const Checker little(name, true), big(name, false);
  // The type, MOPT: M is the byte order, 0 or 1, and the others are single digits.
  const bool is_little = little.Number(bytes, 0) < 1000;
  const Checker& order = is_little ? little : big;
  for (std::string_view rest = bytes; !rest.empty();) {
    if (rest.size() < kHeader4) order.Damaged();
    const uint32_t type = order.Number(rest, 0), item = type / 10 % 10;
    const double rows = order.Number(rest, 4), columns = order.Number(rest, 8);
    const double parts = order.Number(rest, 12) != 0 ? 2 : 1, name_bytes = order.Number(rest, 16);
    if (item >= kItemBytes.size()) order.Damaged();
    const double size = kHeader4 + name_bytes + rows * columns * parts * kItemBytes[item];
    if (size > static_cast<double>(rest.size())) {
      Fail("{}: truncated or damaged: a matrix of {:.0f} x {:.0f} in {} bytes", name, rows, columns,
           rest.size());
    }
    rest.remove_prefix(static_cast<size_t>(size));
  }
}

// matio takes for version 4 what begins with none of the others' texts and a plausible type.
bool LooksLikeVersion4(std::string_view header) {
  constexpr size_t kBeforeName = 20;
  if (header.size() < kBeforeName || header.starts_with("MATLAB")) return false;
  const Checker little("", true), big("", false);
  return little.Number(header, 0) < 1000 ||
         (big.Number(header, 0) >= 1000 && big.Number(header, 0) < 2000);
}

}  // namespace

void CheckMatLayout(const std::filesystem::path& path) {
  const std::string header = ReadBeginning(path, kHeader);
  if (LooksLikeVersion4(header)) return CheckVersion4(ReadFile(path), path.string());
  if (header.size() < kHeader) return;  // matio would not open it
  const std::string_view order = std::string_view(header).substr(kHeader - 2);
  const bool is_little = order == "IM";
  if (header[kHeader - (is_little ? 3 : 4)] != 1 || (!is_little && order != "MI")) return;
  const Checker checker(path.string(), is_little);
  const std::string file = ReadFile(path);
  for (std::string_view rest = std::string_view(file).substr(kHeader); !rest.empty();) {
    if (rest.size() < kTag) checker.Damaged();
    const uint32_t type = checker.Number(rest, 0), byte_count = checker.Number(rest, 4);
    if (byte_count > rest.size() - kTag) checker.Damaged();
    checker.CheckVariable(type, rest.substr(kTag, byte_count));
    rest.remove_prefix(kTag + byte_count);
  }
}

}  // namespace videopose::internal

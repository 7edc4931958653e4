// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "videopose/arrays/npy_layout.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kLongestHeader = 1 << 20;
constexpr size_t kDataAlignment = 64;  // of what follows the header, as numpy.save does

// A reader of the one Python literal that a header is:
// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class LiteralReader {
 public:
  LiteralReader(std::string_view text, std::string_view what) : text_(text), what_(what) {}

  NpyLayout ReadDict() {
    NpyLayout layout;
    bool has_descr = false, has_order = false, has_shape = false;
    Expect('{');
    while (!Accept('}')) {
      const std::string_view key = ReadString();
      Expect(':');
      if (key == "descr") {
        if (Accept('[')) Fail("{}: holds records (a structured dtype), not plain values", what_);
        ParseDescr(ReadString(), what_, layout);
        has_descr = true;
      } else if (key == "fortran_order") {
        layout.fortran_order = ReadBool();
        has_order = true;
      } else if (key == "shape") {
        layout.shape = ReadShape();
        has_shape = true;
      } else {
        Damaged();
      }
      if (!Accept(',')) {
        Expect('}');
        break;
      }
    }
    if (!has_descr || !has_order || !has_shape) Damaged();
    return layout;
  }

 private:
  [[noreturn]] void Damaged() const { Fail("{}: damaged: its .npy header makes no sense", what_); }

  void SkipSpace() {
    text_.remove_prefix(std::min(text_.find_first_not_of(" \t\r\n"), text_.size()));
  }

  bool Accept(char c) {
    SkipSpace();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void Expect(char c) {
    if (!Accept(c)) Damaged();
  }

  std::string_view ReadString() {
    SkipSpace();
    const char quote = Accept('"') ? '"' : '\'';
    if (quote == '\'') Expect('\'');
    const size_t length = text_.find(quote);
    if (length == std::string_view::npos) Damaged();
    const std::string_view string = text_.substr(0, length);
    text_.remove_prefix(length + 1);
    return string;
  }

  bool ReadBool() {
    SkipSpace();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return word == "True";
    }
    Damaged();
  }

  std::vector<int64_t> ReadShape() {
    std::vector<int64_t> shape;
    Expect('(');
    while (!Accept(')')) {
      SkipSpace();
      int64_t length = 0;
      const auto [stop, error] = std::from_chars(text_.data(), text_.data() + text_.size(), length);
      if (error != std::errc()) Damaged();
      text_.remove_prefix(static_cast<size_t>(stop - text_.data()));
      shape.push_back(length);
      Accept('L');  // Python 2 wrote its long integers so
      if (!Accept(',')) {
        Expect(')');
        break;
      }
    }
    return shape;
  }

  std::string_view text_;
  std::string_view what_;
};

}  // namespace

NpyHeader ParseNpyHeader(std::string_view file, std::string_view what) {
  if (!file.starts_with(kMagic)) Fail("{}: is not an .npy file", what);
  const auto major = file.size() > 6 ? static_cast<uint8_t>(file[6]) : 0;
  const size_t length_bytes = major == 1 ? 2 : 4;
  const size_t text_begin = kMagic.size() + 2 + length_bytes;
  if (file.size() < text_begin) Fail("{}: truncated: ends within its .npy header", what);
  if (major < 1 || major > 3) {
    Fail("{}: is of .npy version {}, and 1, 2 and 3 are known", what, major);
  }
  uint32_t text_size = 0;
  std::memcpy(&text_size, file.data() + kMagic.size() + 2, length_bytes);
  if (text_size > kLongestHeader) Fail("{}: damaged: a header of {} bytes", what, text_size);
  if (file.size() - text_begin < text_size) {
    Fail("{}: truncated: ends within its .npy header", what);
  }
  NpyHeader header;
  header.layout = LiteralReader(file.substr(text_begin, text_size), what).ReadDict();
  header.size = text_begin + text_size;
  return header;
}

std::string EncodeNpyHeader(const NpyArray& array) {
  std::string shape;
  for (const int64_t length : array.shape) shape += fmt::format("{}, ", length);
  if (array.shape.size() > 1) shape.resize(shape.size() - 2);
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                                 DescrOf(array.dtype), shape);
  const size_t unpadded = kMagic.size() + 4 + text.size() + 1;
  text.append((kDataAlignment - unpadded % kDataAlignment) % kDataAlignment, ' ');
  text += '\n';
  const uint16_t size = text.size();
  std::string header(kMagic);
  header += std::string_view("\x01\x00", 2);
  header.append(reinterpret_cast<const char*>(&size), sizeof(size));
  return header + text;
}

}  // namespace videopose::internal

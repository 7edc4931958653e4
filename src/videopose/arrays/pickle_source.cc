// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/pickle_source.h"

#include <charconv>
#include <optional>

#include "videopose/arrays/pickle_text.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

// Turning an integer into digits takes quadratic time.
constexpr size_t kMostIntegerBytes = 128;

}  // namespace

void PickleSource::Damaged(std::string_view what) const {
  Fail("{}: damaged pickle: {} (byte {})", name_, what, opcode_at_);
}

std::string_view PickleSource::Take(size_t count) {
  const std::string_view all = bytes_.view();
  if (count > all.size() - position_) {
    Damaged(fmt::format("ends after {} bytes, in the middle", all.size()));
  }
  position_ += count;
  return all.substr(position_ - count, count);
}

SharedBytes PickleSource::TakeShared(uint64_t count) {
  const size_t begin = position_;
  Take(count);
  return bytes_.Part(begin, count);
}

std::string_view PickleSource::TakeLine() {
  const std::string_view rest = bytes_.view().substr(position_);
  const size_t length = rest.find('\n');
  if (length == std::string_view::npos) Damaged("ends within a line of text");
  position_ += length + 1;
  std::string_view line = rest.substr(0, length);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

uint64_t PickleSource::LineIndex() {
  const std::string_view line = TakeLine();
  uint64_t index = 0;
  const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), index);
  if (error != std::errc() || stop != line.data() + line.size()) Damaged("bad memo number");
  return index;
}

PickleValue PickleSource::ParseInteger(std::string_view text) const {
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (stop != end || text.empty() || text.size() > kMostIntegerBytes) Damaged("bad integer");
  if (error == std::errc::result_out_of_range) return PickleValue::BigInt(std::string(text));
  if (error != std::errc()) Damaged("bad integer");
  return PickleValue::Int(number);
}

PickleValue PickleSource::TextInteger() {
  const std::string_view line = TakeLine();
  if (line == "01" || line == "00") return PickleValue::Bool(line == "01");
  return ParseInteger(line);
}

PickleValue PickleSource::TextLong() {
  std::string_view line = TakeLine();
  if (line.ends_with('L')) line.remove_suffix(1);
  return ParseInteger(line);
}

PickleValue PickleSource::TextFloat() {
  const std::string_view line = TakeLine();
  double number = 0;
  const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || stop != line.data() + line.size()) Damaged("bad number");
  return PickleValue::Float(number);
}

PickleValue PickleSource::BinaryFloat() {  // big-endian
  uint64_t bits = 0;
  for (const char c : Take(8)) bits = bits << 8 | static_cast<uint8_t>(c);
  double number;
  std::memcpy(&number, &bits, sizeof(number));
  return PickleValue::Float(number);
}

PickleValue PickleSource::BinaryLong(uint64_t size) {
  const std::string_view digits = Take(size);
  if (size > kMostIntegerBytes) Damaged(fmt::format("an integer of {} bytes", size));
  if (size > 8) return ParseInteger(DecimalOfTwosComplement(digits));
  uint64_t number = 0;
  for (size_t i = 0; i < size; ++i) {
    number |= static_cast<uint64_t>(static_cast<uint8_t>(digits[i])) << (8 * i);
  }
  const bool negative = size > 0 && static_cast<uint8_t>(digits.back()) >= 0x80;
  if (negative && size < 8) number |= ~uint64_t{0} << (8 * size);
  return PickleValue::Int(static_cast<int64_t>(number));
}

PickleValue PickleSource::QuotedString() {
  const std::string_view line = TakeLine();
  const bool quoted = line.size() >= 2 && line.front() == line.back() &&
                      (line.front() == '\'' || line.front() == '"');
  if (!quoted) Damaged("a string without quotes");
  std::optional<std::string> text = UnescapeBytes(line.substr(1, line.size() - 2));
  if (!text) Damaged("bad escape in a string");
  return PickleValue::Bytes(SharedBytes::Own(std::move(*text)));
}

PickleValue PickleSource::TextUnicode() {
  std::optional<std::string> text = UnescapeRawUnicode(TakeLine());
  if (!text) Damaged("bad escape in a string");
  return PickleValue::String(SharedBytes::Own(std::move(*text)));
}

char PickleSource::TakeOpcode() {
  opcode_at_ = position_;
  return Take(1)[0];
}

bool PickleSource::ReadLeaf(char opcode, PickleValue& value) {
  switch (static_cast<uint8_t>(opcode)) {
    case 'N':
      value = PickleValue();
      return true;
    case 0x88:
    case 0x89:
      value = PickleValue::Bool(static_cast<uint8_t>(opcode) == 0x88);
      return true;
    case 'I':
      value = TextInteger();
      return true;
    case 'L':
      value = TextLong();
      return true;
    case 'J':
      value = PickleValue::Int(TakeNumber<int32_t>());
      return true;
    case 'K':
      value = PickleValue::Int(TakeNumber<uint8_t>());
      return true;
    case 'M':
      value = PickleValue::Int(TakeNumber<uint16_t>());
      return true;
    case 0x8a:  // LONG1
      value = BinaryLong(TakeNumber<uint8_t>());
      return true;
    case 0x8b:  // LONG4
      value = BinaryLong(TakeNumber<uint32_t>());
      return true;
    case 'F':
      value = TextFloat();
      return true;
    case 'G':
      value = BinaryFloat();
      return true;
    case 'S':
      value = QuotedString();
      return true;
    case 'V':
      value = TextUnicode();
      return true;
    case 'U':  // SHORT_BINSTRING, SHORT_BINBYTES
    case 'C':
      value = PickleValue::Bytes(TakeShared(TakeNumber<uint8_t>()));
      return true;
    case 'T':  // BINSTRING, BINBYTES
    case 'B':
      value = PickleValue::Bytes(TakeShared(TakeNumber<uint32_t>()));
      return true;
    case 0x8e:  // BINBYTES8, BYTEARRAY8
    case 0x96:
      value = PickleValue::Bytes(TakeShared(TakeNumber<uint64_t>()));
      return true;
    case 0x8c:  // SHORT_BINUNICODE
      value = PickleValue::String(TakeShared(TakeNumber<uint8_t>()));
      return true;
    case 'X':  // BINUNICODE
      value = PickleValue::String(TakeShared(TakeNumber<uint32_t>()));
      return true;
    case 0x8d:  // BINUNICODE8
      value = PickleValue::String(TakeShared(TakeNumber<uint64_t>()));
      return true;
    default:
      return false;
  }
}

}  // namespace videopose::internal

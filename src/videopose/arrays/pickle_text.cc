// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/pickle_text.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace videopose::internal {
namespace {

// A number of exactly `digits` digits at the start of `text`, which it is taken off.
std::optional<uint32_t> TakeNumber(std::string_view& text, size_t digits, int base) {
  if (text.size() < digits) return std::nullopt;
  uint32_t number = 0;
  const char* const end = text.data() + digits;
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

size_t OctalDigits(std::string_view text) {
  size_t count = 0;
  while (count < 3 && count < text.size() && text[count] >= '0' && text[count] <= '7') ++count;
  return count;
}

}  // namespace

std::optional<std::string> UnescapeBytes(std::string_view text) {
  static constexpr std::string_view kNames = "\\'\"abfnrtv";
  static constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
  std::string bytes;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\') {
      bytes += c;
      continue;
    }
    if (text.empty()) return std::nullopt;
    if (const size_t octal = OctalDigits(text); octal > 0) {
      bytes += static_cast<char>(TakeNumber(text, octal, 8).value_or(0));
      continue;
    }
    const char escape = text.front();
    text.remove_prefix(1);
    if (escape == 'x') {
      const std::optional<uint32_t> value = TakeNumber(text, 2, 16);
      if (!value) return std::nullopt;
      bytes += static_cast<char>(*value);
    } else if (const size_t at = kNames.find(escape); at != std::string_view::npos) {
      bytes += kMeanings[at];
    } else {
      bytes += '\\';
      bytes += escape;
    }
  }
  return bytes;
}

void AppendUtf8(std::string& text, uint32_t code_point) {
  const auto tail = [&](int shift) {
    text += static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
  };
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += static_cast<char>(0xC0 | (code_point >> 6));
    tail(0);
  } else if (code_point < 0x10000) {
    text += static_cast<char>(0xE0 | (code_point >> 12));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | (code_point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::optional<std::string> UnescapeRawUnicode(std::string_view text) {
  std::string utf8;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    const bool is_escape = c == '\\' && !text.empty() && (text[0] == 'u' || text[0] == 'U');
    if (!is_escape) {
      AppendUtf8(utf8, static_cast<uint8_t>(c));
      continue;
    }
    const size_t digits = text[0] == 'u' ? 4 : 8;
    text.remove_prefix(1);
    const std::optional<uint32_t> code_point = TakeNumber(text, digits, 16);
    if (!code_point || *code_point > 0x10FFFF) return std::nullopt;
    AppendUtf8(utf8, *code_point);
  }
  return utf8;
}

std::optional<std::string> Utf8ToLatin1(std::string_view utf8) {
  std::string bytes;
  bytes.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size(); ++i) {
    const uint8_t first = utf8[i];
    if (first < 0x80) {
      bytes += utf8[i];
      continue;
    }
    const bool is_pair = (first == 0xC2 || first == 0xC3) && i + 1 < utf8.size() &&
                         (static_cast<uint8_t>(utf8[i + 1]) & 0xC0) == 0x80;
    if (!is_pair) return std::nullopt;
    bytes += static_cast<char>(((first & 0x03) << 6) | (static_cast<uint8_t>(utf8[++i]) & 0x3F));
  }
  return bytes;
}

std::string DecimalOfTwosComplement(std::string_view little_endian) {
  std::vector<uint8_t> magnitude(little_endian.begin(), little_endian.end());
  const bool negative = !magnitude.empty() && magnitude.back() >= 0x80;
  if (negative) {  // -x = ~x + 1
    unsigned carry = 1;
    for (uint8_t& byte : magnitude) {
      const unsigned sum = static_cast<uint8_t>(~byte) + carry;
      byte = sum;
      carry = sum >> 8;
    }
  }
  std::string digits;
  while (std::any_of(magnitude.begin(), magnitude.end(), [](uint8_t b) { return b != 0; })) {
    unsigned remainder = 0;
    for (size_t i = magnitude.size(); i-- > 0;) {
      const unsigned value = remainder * 256 + magnitude[i];
      magnitude[i] = value / 10;
      remainder = value % 10;
    }
    digits += static_cast<char>('0' + remainder);
  }
  if (digits.empty()) return "0";
  if (negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace videopose::internal

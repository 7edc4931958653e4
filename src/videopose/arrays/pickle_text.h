// SPDX-License-Identifier: Apache-2.0

// The texts inside pickles: escapes of Python 2 strings and integers of any length.

#ifndef VIDEOPOSE_ARRAYS_PICKLE_TEXT_H_
#define VIDEOPOSE_ARRAYS_PICKLE_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace videopose::internal {

// The bytes of a Python 2 string literal without its quotes ("a\x41\n"), nothing if it is
// malformed.
std::optional<std::string> UnescapeBytes(std::string_view text);

// UTF-8 of protocol 0's raw-unicode-escape: Latin-1 with \uXXXX and \UXXXXXXXX.
std::optional<std::string> UnescapeRawUnicode(std::string_view text);

// Adds a code point; surrogates are written as Python's "surrogatepass" does.
void AppendUtf8(std::string& text, uint32_t code_point);

// The bytes of a UTF-8 text whose characters are all below 256: how protocol 2 carries bytes.
std::optional<std::string> Utf8ToLatin1(std::string_view utf8);

// Decimal digits of a little-endian two's complement integer. Takes quadratic time.
std::string DecimalOfTwosComplement(std::string_view little_endian);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_PICKLE_TEXT_H_

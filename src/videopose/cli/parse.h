// SPDX-License-Identifier: Apache-2.0

// Parsing of command line values. All throw UsageError that says what was expected.

#ifndef VIDEOPOSE_CLI_PARSE_H_
#define VIDEOPOSE_CLI_PARSE_H_

#include <string>
#include <string_view>
#include <vector>

namespace videopose::internal {

// "12.5", "1:05", "1:02:03.5" -> seconds.
double ParseTime(std::string_view text);

// "20,15" -> {20, 15}; exactly `count` numbers.
std::vector<double> ParseNumbers(std::string_view text, size_t count);

// "3": a whole number from 1 to a million.
int ParseCount(std::string_view text);

std::vector<std::string> SplitAtCommas(std::string_view text);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_PARSE_H_

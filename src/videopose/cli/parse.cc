// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/parse.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "videopose/base/error.h"
#include "videopose/cli/usage_error.h"

namespace videopose::internal {
namespace {

std::optional<double> Number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  size_t begin = 0;
  while (true) {
    const size_t end = text.find(separator, begin);
    parts.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

}  // namespace

double ParseTime(std::string_view text) {
  const std::vector<std::string> parts = Split(text, ':');
  double seconds = 0;
  bool good = parts.size() <= 3;
  for (size_t i = 0; good && i < parts.size(); ++i) {
    const std::optional<double> part = Number(parts[i]);
    good = part && *part >= 0 && (i == 0 || *part < 60);
    if (good) seconds = seconds * 60 + *part;
  }
  if (!good) {
    throw UsageError(
        fmt::format("'{}' is not a time; give seconds (12.5) or minutes and seconds (1:05)", text));
  }
  return seconds;
}

std::vector<double> ParseNumbers(std::string_view text, size_t count) {
  std::vector<double> numbers;
  for (const std::string& part : SplitAtCommas(text)) {
    const std::optional<double> number = Number(part);
    if (!number) throw UsageError(fmt::format("'{}' in '{}' is not a number", part, text));
    numbers.push_back(*number);
  }
  if (numbers.size() != count) {
    throw UsageError(
        fmt::format("'{}' has {} numbers, {} are expected", text, numbers.size(), count));
  }
  return numbers;
}

int ParseCount(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > 1'000'000) {
    throw UsageError(fmt::format("'{}' is not a whole number above 0", text));
  }
  return value;
}

std::vector<std::string> SplitAtCommas(std::string_view text) { return Split(text, ','); }

}  // namespace videopose::internal

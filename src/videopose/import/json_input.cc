// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/json_input.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace {

using nlohmann::json;

constexpr int kDeepestJson = 64;

// With null for what Python writes and JSON does not have: NaN, Infinity, -Infinity. Throws for
// nesting so deep that the parser's own memory would grow with it.
std::string Prepared(std::string text, const std::string& what) {
  std::string result;
  size_t copied = 0;
  const auto replace = [&](size_t at, size_t length) {
    result.append(text, copied, at - copied).append("null");
    copied = at + length;
  };
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepestJson) {
        Fail("{}: JSON nested more than {} deep; no file of keypoints is", what, kDeepestJson);
      }
    } else if (c == ']' || c == '}') {
      --depth;
    } else if (c == 'N' && text.compare(i, 3, "NaN") == 0) {
      replace(i, 3);
    } else if (c == 'I' && text.compare(i, 8, "Infinity") == 0) {
      const size_t sign = i > copied && text[i - 1] == '-' ? 1 : 0;
      replace(i - sign, 8 + sign);
    }
  }
  if (copied == 0) return text;
  return result.append(text, copied);
}

}  // namespace

std::string ReadText(const std::filesystem::path& path) {
  constexpr uintmax_t kMostBytes = uintmax_t{2} << 30;
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > kMostBytes) {
    Fail(ErrorCode::kLimit, "{}: {} MB; keypoints are read up to 2 GB", path.string(), size >> 20);
  }
  return ReadFile(path);
}

json ParseJson(std::string text, const std::string& what) {
  const std::string prepared = Prepared(std::move(text), what);
  try {
    return json::parse(prepared);
  } catch (const json::parse_error& error) {
    const bool is_cut = error.byte >= prepared.size();
    Fail("{}: {} at byte {} of {}", what, is_cut ? "JSON that is cut off" : "JSON with a mistake",
         error.byte, prepared.size());
  } catch (const json::exception&) {
    Fail("{}: JSON with a number beyond all bounds", what);
  }
}

std::string Describe(const json& value) {
  if (value.is_object()) {
    constexpr size_t kMostNames = 12;
    std::vector<std::string> names;
    for (const auto& [name, unused] : value.items()) {
      if (names.size() == kMostNames) {
        names.emplace_back("...");
        break;
      }
      names.push_back(name.substr(0, 40));
    }
    return names.empty() ? "an empty object"
                         : fmt::format("an object with {}", fmt::join(names, ", "));
  }
  if (value.is_array()) {
    if (value.empty()) return "an empty list";
    return fmt::format("a list of {}, the first {}", value.size(), Describe(value.front()));
  }
  if (value.is_string()) return "a text";
  return value.is_number() ? "a number" : value.is_boolean() ? "a truth value" : "null";
}

const json* Member(const json& value, std::string_view name) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(name);
  return found == value.end() ? nullptr : &*found;
}

const json* AnyMember(const json& value, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const json* member = Member(value, name)) return member;
  }
  return nullptr;
}

const json& Unwrapped(const json& value) {
  const json* inside = Member(value, "__ndarray__");
  return inside == nullptr ? value : *inside;
}

double NumberOf(const json& value) {
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

std::optional<int64_t> WholeNumberOf(const json* value) {
  constexpr double kLargest = 2e9;  // people's numbers are ints
  while (value != nullptr && value->is_array()) value = value->empty() ? nullptr : &value->front();
  if (value == nullptr) return std::nullopt;
  const double number = NumberOf(*value);
  if (!(std::abs(number) < kLargest) || number != std::floor(number)) return std::nullopt;
  return static_cast<int64_t>(number);
}

std::vector<Keypoint> FlatPoints(const json& numbers, const std::string& what, double score_unit) {
  if (!numbers.is_array() || numbers.size() % 3 != 0) {
    Fail("{}: expected x, y, score for each point, found {}", what, Describe(numbers));
  }
  std::vector<Keypoint> points;
  for (size_t i = 0; i < numbers.size(); i += 3) {
    points.push_back(UsablePoint(NumberOf(numbers[i]), NumberOf(numbers[i + 1]),
                                 score_unit * NumberOf(numbers[i + 2])));
  }
  return points;
}

}  // namespace videopose::internal

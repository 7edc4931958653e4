// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/detections.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <string_view>

namespace videopose::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

struct Digits {
  size_t begin, end;
};

// The last run of digits before the extension. A name that is a number alone has no extension.
Digits LastDigits(std::string_view name) {
  const size_t slash = name.find_last_of("/\\");
  const size_t begin_of_name = slash == std::string_view::npos ? 0 : slash + 1;
  const size_t dot = name.rfind('.');
  size_t end = name.size();
  if (dot != std::string_view::npos && dot > begin_of_name &&
      !std::all_of(name.begin() + static_cast<ptrdiff_t>(dot) + 1, name.end(), IsDigit)) {
    end = dot;
  }
  while (end > begin_of_name && !IsDigit(name[end - 1])) --end;
  size_t begin = end;
  while (begin > begin_of_name && IsDigit(name[begin - 1])) --begin;
  return {begin, end};
}

std::optional<int64_t> LastNumber(std::string_view name) {
  const Digits digits = LastDigits(name);
  const char* end = name.data() + digits.end;
  int64_t number = 0;
  const auto [stop, error] = std::from_chars(name.data() + digits.begin, end, number);
  if (digits.begin == digits.end || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace

Keypoint UsablePoint(double x_px, double y_px, double score) {
  constexpr double kFarthestPx = 1e6;
  const bool is_usable = std::abs(x_px) < kFarthestPx && std::abs(y_px) < kFarthestPx && score > 0;
  if (!is_usable) return {};  // NaN, too
  return {static_cast<float>(x_px), static_cast<float>(y_px),
          static_cast<float>(std::min(score, 1.0))};
}

std::vector<int64_t> FrameNumbers(const std::vector<std::string>& images) {
  std::map<std::string_view, int64_t> appearance;
  std::map<int64_t, int64_t> rank;  // by number
  std::vector<std::optional<int64_t>> numbers;
  bool all_numbered = true;
  for (const std::string& image : images) {
    appearance.try_emplace(image, std::ssize(appearance));
    numbers.push_back(LastNumber(image));
    all_numbered = all_numbered && numbers.back().has_value();
    if (numbers.back()) rank[*numbers.back()] = 0;
  }
  // One number for each name, or else it is not what tells images apart.
  all_numbered = all_numbered && rank.size() == appearance.size();
  int64_t next = 0;
  for (auto& [number, of_number] : rank) of_number = next++;
  // Videos in which people are rarely seen have few numbers far apart; photographs of a collection
  // have many that are far apart.
  constexpr int64_t kFewFrames = 10'000, kSparse = 20;
  const bool is_dense =
      all_numbered && !rank.empty() &&
      rank.rbegin()->first - rank.begin()->first <= kFewFrames + kSparse * std::ssize(rank);
  std::vector<int64_t> frames;
  for (size_t i = 0; i < images.size(); ++i) {
    frames.push_back(is_dense       ? *numbers[i]
                     : all_numbered ? rank[*numbers[i]]
                                    : appearance[images[i]]);
  }
  return frames;
}

bool AreAlphaPoseFrames(const std::vector<std::string>& images) {
  return std::all_of(images.begin(), images.end(), [](const std::string& image) {
    const size_t digits = image.find_first_not_of("0123456789");
    return digits != 0 && digits != std::string::npos && image.substr(digits) == ".jpg" &&
           (digits == 1 || image[0] != '0');
  });
}

std::string NameWithoutNumber(const std::string& image) {
  const Digits digits = LastDigits(image);
  return image.substr(0, digits.begin) + "#" + image.substr(digits.end);
}

}  // namespace videopose::internal

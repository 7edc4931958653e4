// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/frame_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
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

// Whether so many different numbers from `first` to `last` may be those of a video's frames. Videos
// in which people are rarely seen have few numbers far apart; photographs of a collection have many
// that are far apart. In double, as numbers may be anything.
bool AreDense(int64_t first, int64_t last, int64_t count) {
  constexpr double kFewFrames = 10'000, kSparse = 20;
  return static_cast<double>(last) - static_cast<double>(first) <=
         kFewFrames + kSparse * static_cast<double>(count);
}

int64_t DifferentFrames(const std::vector<Detection>& sorted) {
  int64_t count = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (i == 0 || sorted[i].frame != sorted[i - 1].frame) ++count;
  }
  return count;
}

}  // namespace

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
  const bool is_dense = all_numbered && !rank.empty() &&
                        AreDense(rank.begin()->first, rank.rbegin()->first, std::ssize(rank));
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

bool AreUnpadded(const std::vector<std::string>& images) {
  return std::all_of(images.begin(), images.end(), [](const std::string& image) {
    const Digits digits = LastDigits(image);
    return digits.end - digits.begin == 1 ||
           (digits.end > digits.begin && image[digits.begin] != '0');
  });
}

std::string NameWithoutNumber(const std::string& image) {
  const Digits digits = LastDigits(image);
  return image.substr(0, digits.begin) + "#" + image.substr(digits.end);
}

FrameSpan SpanOf(const Detections& detections) {
  const int64_t seen_first = detections.found.front().frame;
  const int64_t lowest = std::min(detections.first_frame.value_or(seen_first), seen_first);
  int64_t last = detections.found.back().frame;
  if (detections.frame_count > 0) last = std::max(last, lowest + detections.frame_count - 1);
  const auto from = [&](int64_t first, std::string note) {
    return FrameSpan{.first = first,
                     .count = static_cast<double>(last) - static_cast<double>(first) + 1,
                     .note = std::move(note)};
  };
  if (detections.numbering == FrameNumbering::kCounted) return from(lowest, "");
  // Where nothing else is known, 1 is a first frame: hardly ever is just frame 0 without a person.
  const int64_t zero =
      std::min(lowest, detections.counts_from.value_or(lowest == 1 ? int64_t{1} : int64_t{0}));
  if (lowest == zero) return from(lowest, "");

  const int64_t named = std::max(detections.named_frames, DifferentFrames(detections.found));
  // Names count a video's frames if they rise by small steps: identities of a data set's images do
  // not, and one alone says nothing.
  constexpr double kMostStep = 10;
  const bool is_steady = detections.numbering == FrameNumbering::kFrames ||
                         (named > 1 && static_cast<double>(last) - static_cast<double>(lowest) <=
                                           kMostStep * static_cast<double>(named - 1));
  if (!is_steady || !AreDense(zero, last, named)) {
    return from(
        lowest,
        fmt::format("that the file's first frame, number {}, is the video's first one", lowest));
  }
  return from(zero, detections.numbering == FrameNumbering::kFrames
                        ? ""
                        : fmt::format("that frames are counted from {}; the file's first is number "
                                      "{}",
                                      zero, lowest));
}

}  // namespace videopose::internal

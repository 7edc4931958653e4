// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/csv_table.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace videopose::internal {
namespace {

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\"";
  const size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

}  // namespace

CsvReader::CsvReader(std::string_view text) : rest_(text) {
  if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  const std::string_view first = rest_.substr(0, rest_.find('\n'));
  for (const char candidate : {';', '\t'}) {
    if (std::count(first.begin(), first.end(), candidate) >
        std::count(first.begin(), first.end(), separator_)) {
      separator_ = candidate;
    }
  }
}

bool CsvReader::Next(std::vector<std::string_view>& cells) {
  while (!rest_.empty()) {
    const size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++line_;
    if (Trimmed(line).empty()) continue;
    cells.clear();
    while (true) {
      const size_t stop = line.find(separator_);
      cells.push_back(Trimmed(line.substr(0, stop)));
      if (stop == std::string_view::npos) return true;
      line.remove_prefix(stop + 1);
    }
  }
  return false;
}

double CellNumber(std::string_view cell) {
  double number = 0;
  if (cell.starts_with('+')) cell.remove_prefix(1);
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  const bool is_number = error == std::errc() && end == cell.data() + cell.size();
  return is_number ? number : std::numeric_limits<double>::quiet_NaN();
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

}  // namespace videopose::internal

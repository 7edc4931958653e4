// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/help_formatter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <vector>

namespace videopose::internal {
namespace {

constexpr size_t kLineWidth = 100;

struct ValueType {
  std::string name;   // "KBPS"
  std::string range;  // "16 to 1000000", or empty
};

// CLI11 joins the name of a value and what its checks say: "KBPS:INT in [16 - 1000000]".
ValueType ValueTypeOf(const CLI::Option& option) {
  const std::string text = option.get_type_name();
  for (const std::string_view number : {":INT in [", ":FLOAT in ["}) {
    const size_t begin = text.find(number);
    if (begin == std::string::npos) continue;
    const size_t low = begin + number.size(), dash = text.find(" - ", low),
                 end = text.find(']', dash);
    return {text.substr(0, begin), fmt::format("{} to {}", text.substr(low, dash - low),
                                               text.substr(dash + 3, end - dash - 3))};
  }
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kChecks = {
      {{":POSITIVE", "above 0"},
       {":NONNEGATIVE", "0 or more"},
       {":PATH(existing)", ""},
       {":DIR", ""},
       {":{", ""}}};
  for (const auto& [check, range] : kChecks) {
    const size_t begin = text.find(check);
    if (begin != std::string::npos) return {text.substr(0, begin), std::string(range)};
  }
  return {text, ""};
}

// Sorted by name; CLI11 sorts by address.
std::string Names(const std::set<CLI::Option*>& options) {
  std::vector<std::string> names;
  for (const CLI::Option* option : options) names.push_back(option->get_name());
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string ValueName(const CLI::Option& option) {
  if (option.get_type_size() == 0) return {};
  std::string name = ValueTypeOf(option).name;
  if (option.get_expected_max() == CLI::detail::expected_max_vector_size) name += " ...";
  return name;
}

std::string OptionFacts(const CLI::Option& option) {
  std::vector<std::string> facts;
  if (option.get_required()) facts.emplace_back("required");
  if (option.get_type_size() != 0) {
    if (std::string range = ValueTypeOf(option).range; !range.empty()) {
      facts.push_back(std::move(range));
    }
  }
  if (!option.get_needs().empty()) facts.push_back("needs " + Names(option.get_needs()));
  if (!option.get_excludes().empty()) facts.push_back("not with " + Names(option.get_excludes()));
  return fmt::format("{}", fmt::join(facts, "; "));
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  const std::string value = ValueName(*option), facts = OptionFacts(*option);
  return (value.empty() ? "" : " " + value) + (facts.empty() ? "" : fmt::format(" ({})", facts));
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  const std::string& text = option->get_description();
  const size_t width = kLineWidth - get_column_width();
  std::string wrapped;
  size_t begin = 0;
  while (text.size() - begin > width) {
    size_t end = text.rfind(' ', begin + width);
    if (end == std::string::npos || end <= begin) end = text.find(' ', begin + width);
    if (end == std::string::npos) break;
    wrapped += text.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return wrapped + text.substr(begin);
}

}  // namespace videopose::internal

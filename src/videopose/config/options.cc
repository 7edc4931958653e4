// SPDX-License-Identifier: Apache-2.0

#include "videopose/config/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "videopose/base/edit_distance.h"

namespace videopose::internal {
namespace {

using Kind = ConfigNode::Kind;

constexpr size_t kLongestQuote = 60;

std::string Line(const std::string& name, const std::string& found, const std::string& problem) {
  return found.empty() ? fmt::format("{}: {}", name, problem)
                       : fmt::format("{} {}: {}", name, found, problem);
}

template <typename T>
T ParseNumber(const ConfigNode& node, const char* expected) {
  T value{};
  std::string_view text = node.text;
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (node.kind != Kind::kScalar || error != std::errc() || rest != text.data() + text.size()) {
    RefuseValue(node, expected);
  }
  return value;
}

template <typename T>
std::vector<T> ReadItems(const ConfigNode& node) {
  std::vector<T> values;
  for (const ConfigNode& item : ItemsOf(node)) ReadValue(item, values.emplace_back());
  return values;
}

template <typename T>
ConfigNode WriteItems(std::span<const T> values) {
  ConfigNode list{.kind = Kind::kList};
  for (const T& value : values) list.items.push_back(WriteValue(value));
  return list;
}

// All numbers of a value.
void CheckNumbers(const ConfigNode& node, const Bounds& bounds, const ConfigNode& whole) {
  if (node.kind == Kind::kScalar) {
    double value = 0;
    ReadValue(node, value);
    if (!bounds.Contain(value)) RefuseValue(whole, bounds.Text());
  }
  for (const ConfigNode& item : node.items) CheckNumbers(item, bounds, whole);
}

}  // namespace

OptionError::OptionError(std::string key, std::string found, std::string problem)
    : Error(Line(key, found, problem), ErrorCode::kInvalidArgument,
            {.expected = problem, .found = found, .option = key}),
      key_(std::move(key)),
      found_(std::move(found)),
      problem_(std::move(problem)) {}

OptionError OptionError::Within(const std::string& group) const {
  return {key_.empty() ? group : group + "." + key_, found_, problem_};
}

std::string OptionError::Named(const std::string& name) const {
  return Line(name, found_, problem_);
}

bool Bounds::Contain(double value) const {
  return (above ? value > least : value >= least) && (below ? value < most : value <= most);
}

std::string Bounds::Text() const {
  const std::string from = fmt::format("{} {}", above ? "above" : "at least", least);
  const std::string to = fmt::format("{} {}", below ? "below" : "at most", most);
  if (std::isinf(least) && std::isinf(most)) return "a number";
  if (std::isinf(most)) return from;
  return std::isinf(least) ? to : from + " and " + to;
}

ConfigNode WriteValue(bool value) { return ConfigNode::Scalar(value ? "true" : "false"); }
ConfigNode WriteValue(int value) { return ConfigNode::Scalar(fmt::to_string(value)); }
ConfigNode WriteValue(int64_t value) { return ConfigNode::Scalar(fmt::to_string(value)); }
ConfigNode WriteValue(uint64_t value) { return ConfigNode::Scalar(fmt::to_string(value)); }
ConfigNode WriteValue(double value) { return ConfigNode::Scalar(fmt::format("{}", value)); }
ConfigNode WriteValue(const std::string& value) { return ConfigNode::Scalar(value); }
ConfigNode WriteValue(const std::filesystem::path& value) {
  return ConfigNode::Scalar(value.string());
}
ConfigNode WriteValue(const std::vector<int>& value) {
  return WriteItems(std::span<const int>(value));
}
ConfigNode WriteValue(const std::vector<std::string>& value) { return ConfigNode::List(value); }
ConfigNode WriteValue(const std::vector<std::filesystem::path>& value) {
  return WriteItems(std::span<const std::filesystem::path>(value));
}
ConfigNode WriteValue(const Range& value) {
  return WriteValue(std::array<double, 2>{value.least, value.most});
}
ConfigNode WriteValue(std::span<const double> value) { return WriteItems(value); }

void ReadValue(const ConfigNode& node, bool& value) {
  if (node.kind != Kind::kScalar || (node.text != "true" && node.text != "false")) {
    RefuseValue(node, "true or false");
  }
  value = node.text == "true";
}
void ReadValue(const ConfigNode& node, int& value) {
  value = ParseNumber<int>(node, "a whole number");
}
void ReadValue(const ConfigNode& node, int64_t& value) {
  value = ParseNumber<int64_t>(node, "a whole number");
}
void ReadValue(const ConfigNode& node, uint64_t& value) {
  value = ParseNumber<uint64_t>(node, "a whole number, not below 0");
}
void ReadValue(const ConfigNode& node, double& value) {
  value = ParseNumber<double>(node, "a number");
}
void ReadValue(const ConfigNode& node, std::string& value) {
  if (node.kind != Kind::kScalar && node.kind != Kind::kNothing) RefuseValue(node, "a text");
  value = node.text;
}
void ReadValue(const ConfigNode& node, std::filesystem::path& value) {
  std::string text;
  ReadValue(node, text);
  value = text;
}
void ReadValue(const ConfigNode& node, std::vector<int>& value) { value = ReadItems<int>(node); }
void ReadValue(const ConfigNode& node, std::vector<std::string>& value) {
  value = ReadItems<std::string>(node);
}
void ReadValue(const ConfigNode& node, std::vector<std::filesystem::path>& value) {
  value = ReadItems<std::filesystem::path>(node);
}
void ReadValue(const ConfigNode& node, Range& value) {
  std::array<double, 2> ends{};
  ReadValue(node, ends);
  if (!(ends[0] <= ends[1])) RefuseValue(node, "the lower end first");
  value = {ends[0], ends[1]};
}
void ReadValue(const ConfigNode& node, std::span<double> value) {
  const auto numbers = ReadItems<double>(node);
  if (numbers.size() != value.size()) RefuseValue(node, fmt::format("{} numbers", value.size()));
  std::copy(numbers.begin(), numbers.end(), value.begin());
}

std::vector<ConfigNode> ItemsOf(const ConfigNode& node) {
  if (node.kind == Kind::kMap) RefuseValue(node, "a list");
  if (node.kind != Kind::kScalar) return node.items;
  if (node.text.empty() || node.text == "*") return {};
  std::vector<ConfigNode> items;
  for (size_t begin = 0; begin <= node.text.size();) {
    const size_t end = std::min(node.text.find(',', begin), node.text.size());
    items.push_back(ConfigNode::Scalar(node.text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return items;
}

std::string TextOf(const ConfigNode& node) {
  if (node.kind == Kind::kScalar) return node.text;
  std::vector<std::string> texts;
  for (const ConfigNode& item : node.items) {
    texts.push_back(item.key.empty() ? TextOf(item) : item.key + ": " + TextOf(item));
  }
  return fmt::format("{}", fmt::join(texts, ","));
}

void RefuseValue(const ConfigNode& found, const std::string& expected) {
  std::string text = TextOf(found);
  if (text.size() > kLongestQuote) text = text.substr(0, kLongestQuote) + "...";
  throw OptionError("", text.empty() ? "''" : text, "expected " + expected);
}

void OptionTable::Row::Set(const ConfigNode& value) const {
  try {
    set_(value);
  } catch (const OptionError& error) {
    throw error.Within(key_);
  }
}

void OptionTable::Row::Check() const {
  if (!has_numbers_) return;
  const ConfigNode value = get_();
  try {
    CheckNumbers(value, bounds_, value);
  } catch (const OptionError& error) {
    throw error.Within(key_);
  }
}

const OptionTable::Row* OptionTable::Find(std::string_view key) const {
  const auto row =
      std::find_if(rows_.begin(), rows_.end(), [&](const Row& r) { return r.key_ == key; });
  return row == rows_.end() ? nullptr : &*row;
}

const OptionTable::Row& OptionTable::Get(std::string_view key) const {
  if (const Row* row = Find(key)) return *row;
  std::vector<std::string> keys;
  for (const Row& row : rows_) keys.push_back(row.key_);
  const std::string nearest = NearestWord(key, keys);
  throw OptionError(std::string(key), "",
                    nearest.empty() ? "no such option"
                                    : fmt::format("no such option; did you mean {}?", nearest));
}

void OptionTable::Check() const {
  for (const Row& row : rows_) row.Check();
}

void OptionTable::AddRow(std::string_view key, std::string_view help,
                         const std::optional<Bounds>& bounds,
                         std::function<void(const ConfigNode&)> set,
                         std::function<ConfigNode()> get) {
  Row& row = rows_.emplace_back();
  row.key_ = prefix_ + std::string(key);
  row.help_ = help;
  row.bounds_ = bounds.value_or(Bounds());
  row.has_numbers_ = bounds.has_value();
  row.set_ = std::move(set);
  row.get_ = std::move(get);
}

size_t OptionTable::IndexOfWord(const ConfigNode& node, const std::vector<std::string>& words) {
  const auto word = std::find(words.begin(), words.end(), node.text);
  if (node.kind != Kind::kScalar || word == words.end()) {
    RefuseValue(node, fmt::format("{}", fmt::join(words, " or ")));
  }
  return static_cast<size_t>(word - words.begin());
}

}  // namespace videopose::internal

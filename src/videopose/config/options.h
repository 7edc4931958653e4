// SPDX-License-Identifier: Apache-2.0

// Options as data: each is described once, by a row with its name, its bounds and a line of help,
// in the module that owns it. Files (options_file.h), the command line, checks, and the record in
// checkpoints are made from the rows.
//
//   struct NetworkOptions {
//     double dropout = 0.25;
//     void Describe(OptionTable& table) {
//       table.Add("dropout", dropout, "probability", {.least = 0, .most = 1, .below = true});
//     }
//   };
//
//   OptionTable table(options);
//   table.Get("dropout").Set(ConfigNode::Scalar("0.1"));
//   table.Check();

#ifndef VIDEOPOSE_CONFIG_OPTIONS_H_
#define VIDEOPOSE_CONFIG_OPTIONS_H_

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/base/range.h"
#include "videopose/config/yaml.h"

namespace videopose::internal {

// A value that makes no sense: "network.dropout 1: expected at least 0 and below 1".
class OptionError : public Error {
 public:
  // `found`: its value; empty where the problem is not one of the value.
  OptionError(std::string key, std::string found, std::string problem);

  const std::string& key() const { return key_; }
  const std::string& problem() const { return problem_; }
  // The same of an option whose key stands below `group`.
  OptionError Within(const std::string& group) const;
  // The same, by another name for its key, e.g. a flag.
  std::string Named(const std::string& name) const;

 private:
  std::string key_, found_, problem_;
};

// The range of a number; the ends are included unless `above` and `below` say otherwise.
struct Bounds {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  bool above = false, below = false;  // `least`, `most` itself is not allowed

  bool Contain(double value) const;  // not NaN, whatever the bounds
  std::string Text() const;          // "at least 0 and below 1"
};
inline constexpr Bounds kShare = {.least = 0, .most = 1};
inline constexpr Bounds kNotNegative = {.least = 0};
inline constexpr Bounds kPositive = {.least = 0, .above = true};
inline constexpr Bounds kAtLeastOne = {.least = 1};

// Texts of values. ReadValue throws an OptionError without a key. A list of scalars may also be
// one scalar with commas, as on a command line.
ConfigNode WriteValue(bool value);
ConfigNode WriteValue(int value);
ConfigNode WriteValue(int64_t value);
ConfigNode WriteValue(uint64_t value);
ConfigNode WriteValue(double value);
ConfigNode WriteValue(const std::string& value);
ConfigNode WriteValue(const std::filesystem::path& value);
ConfigNode WriteValue(const std::vector<int>& value);
ConfigNode WriteValue(const std::vector<std::string>& value);
ConfigNode WriteValue(const std::vector<std::filesystem::path>& value);
ConfigNode WriteValue(const Range& value);
ConfigNode WriteValue(std::span<const double> value);
void ReadValue(const ConfigNode& node, bool& value);
void ReadValue(const ConfigNode& node, int& value);
void ReadValue(const ConfigNode& node, int64_t& value);
void ReadValue(const ConfigNode& node, uint64_t& value);
void ReadValue(const ConfigNode& node, double& value);
void ReadValue(const ConfigNode& node, std::string& value);
void ReadValue(const ConfigNode& node, std::filesystem::path& value);
void ReadValue(const ConfigNode& node, std::vector<int>& value);
void ReadValue(const ConfigNode& node, std::vector<std::string>& value);
void ReadValue(const ConfigNode& node, std::vector<std::filesystem::path>& value);
void ReadValue(const ConfigNode& node, Range& value);
void ReadValue(const ConfigNode& node, std::span<double> value);  // exactly this many

template <size_t N>
ConfigNode WriteValue(const std::array<double, N>& value) {
  return WriteValue(std::span<const double>(value));
}
template <size_t N>
void ReadValue(const ConfigNode& node, std::array<double, N>& value) {
  ReadValue(node, std::span<double>(value));
}
// Empty: std::nullopt.
template <typename T>
ConfigNode WriteValue(const std::optional<T>& value) {
  return value ? WriteValue(*value) : ConfigNode();
}
template <typename T>
void ReadValue(const ConfigNode& node, std::optional<T>& value) {
  if (node.kind == ConfigNode::Kind::kNothing) {
    value.reset();
  } else {
    T read{};
    ReadValue(node, read);
    value = std::move(read);
  }
}

// The items of a list, or of a scalar with commas; none of an empty scalar and of "*".
std::vector<ConfigNode> ItemsOf(const ConfigNode& node);
// "3,3,3" for messages and help texts.
std::string TextOf(const ConfigNode& node);
// Throws the OptionError of a value that is not what was `expected`.
[[noreturn]] void RefuseValue(const ConfigNode& found, const std::string& expected);

// All options of a struct, whose Describe(OptionTable&) names them. Rows point to the options: they
// must stay where they are.
class OptionTable {
 public:
  class Row {
   public:
    const std::string& key() const { return key_; }
    const std::string& help() const { return help_; }
    // Throws OptionError where the value is none of the option's type.
    void Set(const ConfigNode& value) const;
    ConfigNode Get() const { return get_(); }
    std::string Text() const { return TextOf(get_()); }
    // Throws OptionError where a number is out of bounds.
    void Check() const;

   private:
    friend class OptionTable;
    std::string key_, help_;
    Bounds bounds_;
    bool has_numbers_ = false;
    std::function<void(const ConfigNode&)> set_;
    std::function<ConfigNode()> get_;
  };

  OptionTable() = default;
  template <typename Options>
  explicit OptionTable(Options& options) {
    options.Describe(*this);
  }

  // `key` in YAML; groups are divided by dots.
  template <typename T>
  void Add(std::string_view key, T& value, std::string_view help) {
    AddRow(
        key, help, std::nullopt, [&value](const ConfigNode& node) { ReadValue(node, value); },
        [&value] { return WriteValue(value); });
  }
  // A number, or several.
  template <typename T>
  void Add(std::string_view key, T& value, std::string_view help, const Bounds& bounds) {
    AddRow(
        key, help, bounds, [&value](const ConfigNode& node) { ReadValue(node, value); },
        [&value] { return WriteValue(value); });
  }
  // One of several words.
  template <typename E>
  void AddChoice(std::string_view key, E& value, std::string_view help,
                 std::vector<std::pair<std::string, E>> choices) {
    std::vector<std::string> words;
    for (const auto& choice : choices) words.push_back(choice.first);
    AddRow(
        key, help, std::nullopt,
        [&value, choices, words](const ConfigNode& node) {
          value = choices[IndexOfWord(node, words)].second;
        },
        [&value, choices] {
          for (const auto& [word, meaning] : choices) {
            if (meaning == value) return ConfigNode::Scalar(word);
          }
          return ConfigNode();
        });
  }
  // Nested options.
  template <typename Options>
  void AddGroup(std::string_view key, Options& options) {
    const std::string outside = prefix_;
    prefix_ += std::string(key) + ".";
    options.Describe(*this);
    prefix_ = outside;
  }

  const std::vector<Row>& rows() const { return rows_; }
  const Row* Find(std::string_view key) const;  // null: none
  // Throws OptionError that names the nearest key.
  const Row& Get(std::string_view key) const;
  // All rows.
  void Check() const;

 private:
  void AddRow(std::string_view key, std::string_view help, const std::optional<Bounds>& bounds,
              std::function<void(const ConfigNode&)> set, std::function<ConfigNode()> get);
  static size_t IndexOfWord(const ConfigNode& node, const std::vector<std::string>& words);

  std::vector<Row> rows_;
  std::string prefix_;
};

// options.Check(), whose errors name the options as they stand in `group`.
template <typename Options>
void CheckGroup(const std::string& group, const Options& options) {
  try {
    options.Check();
  } catch (const OptionError& error) {
    throw error.Within(group);
  }
}

// The numbers of all of an options' rows. Options' own Check() begins with it.
template <typename Options>
void CheckBounds(const Options& options) {
  Options copy = options;
  OptionTable(copy).Check();
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CONFIG_OPTIONS_H_

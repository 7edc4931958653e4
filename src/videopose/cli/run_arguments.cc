// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/run_arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cctype>
#include <optional>

#include "videopose/base/error.h"
#include "videopose/cli/usage_error.h"

namespace videopose::internal {
namespace {

constexpr ShortFlag kShortFlags[] = {
    {"-str", "--subjects-train"},         {"-ste", "--subjects-test"},
    {"-sun", "--subjects-unlabeled"},     {"-drop", "--dropout"},
    {"-lr", "--learning-rate"},           {"-lrd", "--lr-decay"},
    {"-no-da", "--no-data-augmentation"}, {"-no-tta", "--no-test-time-augmentation"},
    {"-arc", "--architecture"},           {"-ch", "--channels"},
};

// One argument of the command line: its option and its value.
struct Option {
  const CLI::Option* option = nullptr;
  std::string name;
  std::optional<std::string> value;
};

bool TakesValue(const CLI::Option& option) { return option.get_items_expected_min() > 0; }

// A dash begins an option, unless a number or a text with spaces follows.
bool LooksLikeOption(std::string_view word) {
  if (word.size() < 2 || word[0] != '-' || word.find(' ') != std::string_view::npos) return false;
  return word[1] != '.' && std::isdigit(static_cast<unsigned char>(word[1])) == 0;
}

const CLI::Option* FindOption(const CLI::App& app, std::string_view name) {
  return app.get_option_no_throw(std::string(name));
}

// "--viz-sub" -> --viz-subject.
const CLI::Option* FindByBeginning(const CLI::App& app, std::string_view beginning) {
  if (const CLI::Option* exact = FindOption(app, beginning)) return exact;
  std::vector<const CLI::Option*> found;
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (("--" + name).starts_with(beginning)) {
        found.push_back(option);
        names.push_back("--" + name);
      }
    }
  }
  if (found.size() > 1) {
    throw UsageError(
        fmt::format("videopose run: '{}' could be {}", beginning, fmt::join(names, ", ")));
  }
  return found.empty() ? nullptr : found[0];
}

Option Recognise(const CLI::App& app, const std::string& word) {
  const size_t equals = word.find('=');
  Option result{.name = word.substr(0, equals)};
  if (equals != std::string::npos) result.value = word.substr(equals + 1);
  if (word.starts_with("--")) {
    result.option = FindByBeginning(app, result.name);
    return result;
  }
  for (const ShortFlag& known : kShortFlags) {
    if (known.word == result.name) result.option = FindOption(app, known.option);
  }
  if (result.option == nullptr) {
    result.option = FindOption(app, word.substr(0, 2));
    if (word.size() > 2) result.value = word.substr(word[2] == '=' ? 3 : 2);  // -e80, -e=80
  }
  return result;
}

}  // namespace

std::span<const ShortFlag> ShortFlags() { return kShortFlags; }

std::vector<std::string> TranslateRunArguments(const CLI::App& app,
                                               const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const Option found = LooksLikeOption(word) ? Recognise(app, word) : Option();
    if (found.option == nullptr) {
      words.push_back(word);
      continue;
    }
    const std::string name = "--" + found.option->get_lnames().at(0);
    if (!TakesValue(*found.option)) {
      if (found.value) {
        throw UsageError(fmt::format("videopose run: {} takes no value", found.name));
      }
      words.push_back(name);
      continue;
    }
    std::optional<std::string> value = found.value;
    if (!value && i + 1 < arguments.size() && !LooksLikeOption(arguments[i + 1])) {
      value = arguments[++i];
    }
    if (!value) throw UsageError(fmt::format("videopose run: {} needs a value", found.name));
    // A separate argument may be empty, one after "=" may begin with a dash.
    if (value->starts_with('-')) {
      words.push_back(name + "=" + *value);
    } else {
      words.insert(words.end(), {name, *value});
    }
  }
  return words;
}

}  // namespace videopose::internal

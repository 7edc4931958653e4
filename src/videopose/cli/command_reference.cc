// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/command_reference.h"

#include <fmt/format.h>

#include <cctype>
#include <vector>

#include "videopose/cli/command.h"
#include "videopose/cli/help_formatter.h"

namespace videopose::internal {
namespace {

// A cell of a table: what Markdown would take for markup is escaped, but for `code`.
std::string Cell(const std::string& text) {
  std::string cell;
  bool in_code = false;
  for (const char c : text) {
    if (c == '`') in_code = !in_code;
    const bool is_markup = c == '|' || (!in_code && (c == '<' || c == '*'));
    if (is_markup) cell += '\\';
    cell += c;
  }
  return cell;
}

std::string Names(const CLI::App& app, const CLI::Option& option, bool is_positional) {
  const auto* formatter = dynamic_cast<const CLI::Formatter*>(app.get_formatter().get());
  std::string names;
  for (const char c : formatter->make_option_name(&option, is_positional)) {
    names += c == ',' ? std::string(", ") : std::string(1, c);
  }
  return names;
}

// "quality (default: 20)" -> "quality (default: 20; 0 to 51)".
std::string WithFacts(std::string description, const std::string& facts) {
  if (facts.empty()) return description;
  if (!description.ends_with(')')) return fmt::format("{} ({})", description, facts);
  description.pop_back();
  return fmt::format("{}; {})", description, facts);
}

std::string Row(const CLI::App& app, const CLI::Option& option, bool is_positional) {
  std::string name = is_positional ? "" : Names(app, option, false);
  if (const std::string value = ValueName(option); !value.empty()) {
    name += (name.empty() ? "" : " ") + value;
  }
  return fmt::format("| {} | {} |\n", Cell("`" + name + "`"),
                     Cell(WithFacts(option.get_description(), OptionFacts(option))));
}

std::string Table(const CLI::App& app, const std::string& title,
                  const std::vector<const CLI::Option*>& options, bool is_positional) {
  if (options.empty()) return {};
  std::string text = fmt::format("\n| {} | |\n|---|---|\n", Cell(title));
  for (const CLI::Option* option : options) text += Row(app, *option, is_positional);
  return text;
}

// "videopose prepare custom"
std::string CommandName(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : CommandName(*parent) + " " + app.get_name();
}

std::string Usage(const CLI::App& app) {
  std::string usage = CommandName(app);
  if (!app.get_subcommands({}).empty()) return usage + " SUBCOMMAND ...";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string value = ValueName(*option);
    usage += option->get_required() ? " " + value : " [" + value + "]";
  }
  return usage + " [OPTIONS]";
}

std::string Sentence(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(text[0]));
  return text + ".";
}

std::string Section(const CLI::App& app, const std::string& heading) {
  std::string text = fmt::format("\n{} {}\n\n    {}\n\n{}\n", heading, CommandName(app), Usage(app),
                                 Sentence(app.get_description()));
  text += Table(app, "Arguments",
                app.get_options([](const CLI::Option* option) { return option->get_positional(); }),
                true);
  for (const std::string& group : app.get_groups()) {
    text += Table(app, group, app.get_options([&](const CLI::Option* option) {
      return option->get_group() == group && option->nonpositional() &&
             option != app.get_help_ptr();
    }),
                  false);
  }
  for (const CLI::App* sub : app.get_subcommands({})) text += Section(*sub, heading + "#");
  return text;
}

}  // namespace

std::string CommandReference(const CLI::App& app) { return Section(app, "##"); }

std::string CommandLineReference() {
  std::string text =
      "# Command line reference\n\n"
      "    videopose SUBCOMMAND ...\n"
      "    videopose help SUBCOMMAND\n\n"
      "This page is what the program says about itself. Do not edit it:\n\n"
      "    videopose help --markdown > docs/cli.md\n\n"
      "| subcommand | |\n|---|---|\n";
  for (const Command& command : Commands()) {
    text += fmt::format("| [{0}](#videopose-{0}) | {1} |\n", command.name,
                        Cell(std::string(command.summary)));
  }
  text +=
      "\n| everywhere | |\n|---|---|\n"
      "| `help [SUBCOMMAND]`, `SUBCOMMAND --help` | the options of a subcommand |\n"
      "| `--version` | the version |\n";
  for (const Command& command : Commands()) text += CommandReference(*Configure(command).app);
  return text;
}

}  // namespace videopose::internal

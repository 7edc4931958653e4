// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/command_reference.h"

#include <fmt/format.h>

#include <cctype>
#include <vector>

#include "videopose/base.h"
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

// What troff would take for a request or an escape is escaped; words in backquotes are bold.
std::string Troff(const std::string& text) {
  std::string escaped;
  bool is_bold = false;
  for (const char c : text) {
    switch (c) {
      case '\\':
        escaped += "\\e";
        break;
      case '-':
        escaped += "\\-";
        break;
      case '`':
        is_bold = !is_bold;
        escaped += is_bold ? "\\fB" : "\\fR";
        break;
      default:
        escaped += c;
    }
  }
  return escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" + escaped : escaped;
}

std::string TroffItem(const std::string& name, const std::string& text) {
  return fmt::format(".TP\n\\fB{}\\fR\n{}\n", Troff(name), Troff(text));
}

std::string TroffSection(const CLI::App& app) {
  std::string text =
      fmt::format(".SS \"{}\"\n{}\n", Troff(Usage(app)), Troff(Sentence(app.get_description())));
  for (const CLI::Option* option : app.get_options()) {
    if (option == app.get_help_ptr()) continue;
    const std::string value = ValueName(*option);
    std::string name = option->get_positional() ? "" : Names(app, *option, false);
    if (!value.empty()) name += (name.empty() ? "" : " ") + value;
    text += TroffItem(name, WithFacts(option->get_description(), OptionFacts(*option)));
  }
  for (const CLI::App* sub : app.get_subcommands({})) text += TroffSection(*sub);
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

std::string ManualPage() {
  std::string text = fmt::format(
      ".TH VIDEOPOSE 1 \"\" \"videopose {}\" \"User Commands\"\n"
      ".SH NAME\nvideopose \\- 3D human pose from ordinary video\n"
      ".SH SYNOPSIS\n.B videopose\nSUBCOMMAND ...\n.br\n.B videopose help\nSUBCOMMAND\n"
      ".SH DESCRIPTION\n"
      "Finds the people in a video, lifts their keypoints to 3D, places them in the world, and\n"
      "draws or writes them in the formats that other programs read.\n",
      Troff(std::string(Version())));
  for (const Command& command : Commands()) {
    text += TroffItem(std::string(command.name), std::string(command.summary));
  }
  text += ".SH SUBCOMMANDS\n";
  for (const Command& command : Commands()) text += TroffSection(*Configure(command).app);
  return text +
         ".SH EXIT STATUS\n0 done, 1 bad input or a failing system, 2 wrong usage, 128 + N stopped "
         "by signal N.\n"
         ".SH EXAMPLE\nvideopose video clip.mp4 \\-o clip_3d.mp4\n";
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "videopose/cli/command.h"

namespace videopose::internal {
namespace {

struct CompletedWord {
  std::string word, meaning;
};

// What may follow "videopose COMMAND": names of subcommands below it, and options.
struct CompletedCommand {
  CompletedWord name;
  std::vector<CompletedWord> subcommands, options;
};

void AddOptions(const CLI::App& app, std::vector<CompletedWord>& options) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      options.push_back({"--" + name, option->get_description()});
    }
  }
}

std::vector<CompletedCommand> CompletedCommands() {
  std::vector<CompletedCommand> commands;
  for (const Command& command : Commands()) {
    const ConfiguredCommand configured = Configure(command);
    CompletedCommand completed{{std::string(command.name), std::string(command.summary)}, {}, {}};
    AddOptions(*configured.app, completed.options);
    for (const CLI::App* sub : configured.app->get_subcommands({})) {
      completed.subcommands.push_back({sub->get_name(), sub->get_description()});
      AddOptions(*sub, completed.options);
    }
    commands.push_back(std::move(completed));
  }
  return commands;
}

std::string WordsOf(const std::vector<CompletedWord>& words) {
  std::string text;
  for (const CompletedWord& word : words) text += (text.empty() ? "" : " ") + word.word;
  return text;
}

// 'word:meaning' for zsh's _describe; a colon in the meaning is no divider, a quote ends nothing.
std::string ZshWords(const std::vector<CompletedWord>& words) {
  std::string text;
  for (const CompletedWord& word : words) {
    std::string meaning;
    for (const char c : word.meaning) meaning += c == '\'' ? "'\\''" : std::string(1, c);
    text += fmt::format("      '{}:{}'\n", word.word, meaning);
  }
  return text;
}

std::vector<CompletedWord> NamesOf(const std::vector<CompletedCommand>& commands) {
  std::vector<CompletedWord> names;
  for (const CompletedCommand& command : commands) names.push_back(command.name);
  names.push_back({"help", "the options of a subcommand"});
  return names;
}

}  // namespace

std::string BashCompletion() {
  const std::vector<CompletedCommand> commands = CompletedCommands();
  std::string text =
      "# bash completion for videopose; made by: videopose help --bash\n"
      "_videopose() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} subcommands= options=\n"
      "  COMPREPLY=()\n"
      "  case $COMP_CWORD:${COMP_WORDS[1]} in\n";
  const std::string names = WordsOf(NamesOf(commands));
  text += fmt::format("    1:* | 2:help) subcommands='{}' ;;\n", names);
  for (const CompletedCommand& command : commands) {
    text += fmt::format("    *:{})\n", command.name.word);
    if (!command.subcommands.empty()) {
      text += fmt::format("      [ \"$COMP_CWORD\" != 2 ] || subcommands='{}'\n",
                          WordsOf(command.subcommands));
    }
    text += fmt::format("      options='{}'\n      ;;\n", WordsOf(command.options));
  }
  return text +
         "  esac\n"
         "  if [ -n \"$subcommands\" ] && [[ $word != -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$subcommands\" -- \"$word\"))\n"
         "  elif [[ $word == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
         "  fi  # else files, by -o default\n"
         "}\n"
         "complete -o default -F _videopose videopose\n";
}

std::string ZshCompletion() {
  const std::vector<CompletedCommand> commands = CompletedCommands();
  std::string text =
      "#compdef videopose\n"
      "# zsh completion for videopose; made by: videopose help --zsh\n"
      "_videopose() {\n"
      "  local -a subcommands options\n"
      "  if (( CURRENT == 2 )) || [[ $CURRENT == 3 && $words[2] == help ]]; then\n"
      "    subcommands=(\n";
  text += ZshWords(NamesOf(commands));
  text +=
      "    )\n"
      "    _describe -t commands subcommand subcommands\n"
      "    return\n"
      "  fi\n"
      "  case $words[2] in\n";
  for (const CompletedCommand& command : commands) {
    text += fmt::format("  {})\n", command.name.word);
    if (!command.subcommands.empty()) {
      text += fmt::format("    (( CURRENT != 3 )) || subcommands=(\n{}    )\n",
                          ZshWords(command.subcommands));
    }
    text += fmt::format("    options=(\n{}    )\n    ;;\n", ZshWords(command.options));
  }
  return text +
         "  esac\n"
         "  if [[ $PREFIX == -* ]]; then\n"
         "    _describe -o -t options option options\n"
         "  elif (( $#subcommands )); then\n"
         "    _describe -t commands subcommand subcommands\n"
         "  else\n"
         "    _files\n"
         "  fi\n"
         "}\n"
         "_videopose \"$@\"\n";
}

}  // namespace videopose::internal

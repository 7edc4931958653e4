// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "videopose/base.h"
#include "videopose/base/edit_distance.h"
#include "videopose/base/error.h"
#include "videopose/cli/command_reference.h"
#include "videopose/cli/completion.h"
#include "videopose/cli/help_formatter.h"
#include "videopose/cli/run_arguments.h"
#include "videopose/cli/usage_error.h"

namespace videopose::internal {
namespace {

constexpr Command kCommands[] = {
    {"video", "any video to 3D poses: detect, lift, render, export", ConfigureVideo},
    {"demo", "the same on a clip that the program makes itself", ConfigureDemo},
    {"detect", "detect the 2D keypoints in a video", ConfigureDetect},
    {"lift", "lift 2D keypoints to 3D poses", ConfigureLift},
    {"render", "render 3D poses, alone or beside their video", ConfigureRender},
    {"convert", "convert poses to other formats; joint angles", ConfigureConvert},
    {"live", "a camera or stream to 3D poses as it runs, with a page to watch", ConfigureLive},
    {"run", "VideoPose3D's command line: train, evaluate and render on its data sets", ConfigureRun,
     TranslateRunArguments},
    {"prepare", "convert raw data to data sets for run", ConfigurePrepare},
    {"models", "list or fetch the detector's models; make lifters from checkpoints",
     ConfigureModels},
    {"bench", "measure training speed and a lifter's accuracy", ConfigureBench},
    {"info", "tell what a file is and what it holds", ConfigureInfo},
};

// `help --markdown` and the like: the options of all subcommands, for other readers.
struct Reference {
  std::string_view option;
  std::string (*text)();
};
constexpr Reference kReferences[] = {{"--markdown", CommandLineReference},
                                     {"--man", ManualPage},
                                     {"--bash", BashCompletion},
                                     {"--zsh", ZshCompletion}};

std::string Overview() {
  std::string text =
      "videopose: 3D human pose from ordinary video\n\nUsage: videopose SUBCOMMAND "
      "...\n\nSubcommands:\n";
  for (const Command& command : Commands()) {
    text += fmt::format("  {:<8} {}\n", command.name, command.summary);
  }
  text +=
      "\nOptions:\n  help [SUBCOMMAND]  this text, or a subcommand's options\n"
      "  help --markdown    the options of all subcommands, as in docs/cli.md\n"
      "  help --man         the same as a manual page\n"
      "  help --bash        a script by which bash completes options; --zsh for zsh\n"
      "  --version          the version\n"
      "\nExample: videopose video clip.mp4 -o clip_3d.mp4\n";
  return text;
}

const Command& FindCommand(std::string_view name) {
  for (const Command& command : Commands()) {
    if (command.name == name) return command;
  }
  std::vector<std::string> names = {"help"};
  for (const Command& command : Commands()) names.emplace_back(command.name);
  const std::string nearest = NearestWord(name, names);
  throw UsageError(fmt::format(
      "'{}' is not a subcommand; {}", name,
      nearest.empty() ? "see: videopose help" : fmt::format("did you mean '{}'?", nearest)));
}

std::vector<std::string> OptionNames(const CLI::App& app) {
  std::vector<std::string> names;
  const auto add = [&names](const CLI::App& of) {
    for (const CLI::Option* option : of.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  };
  add(app);
  for (const CLI::App* sub : app.get_subcommands({})) add(*sub);
  return names;
}

// CLI11's own errors name what was wrong but not what was expected.
[[noreturn]] void ThrowUsageError(const CLI::App& app, const Command& command,
                                  const CLI::ParseError& error) {
  std::string hint = fmt::format("see: videopose help {}", command.name);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    for (const std::string& extra : app.remaining(true)) {
      const std::string word = extra.substr(0, extra.find('='));
      if (!word.starts_with("-")) {
        throw UsageError(
            fmt::format("videopose {}: unexpected argument '{}'; {}", command.name, extra, hint));
      }
      const std::string nearest = NearestWord(word, OptionNames(app));
      if (!nearest.empty()) hint = fmt::format("did you mean '{}'?", nearest);
      throw UsageError(
          fmt::format("videopose {}: unknown option '{}'; {}", command.name, word, hint));
    }
  }
  throw UsageError(fmt::format("videopose {}: {}; {}", command.name, error.what(), hint));
}

}  // namespace

std::span<const Command> Commands() { return kCommands; }

ConfiguredCommand Configure(const Command& command) {
  auto app = std::make_shared<CLI::App>(std::string(command.summary),
                                        fmt::format("videopose {}", command.name));
  app->formatter(std::make_shared<HelpFormatter>());
  std::function<int()> run = command.configure(*app);
  return {std::move(app), std::move(run)};
}

ConfiguredCommand Parse(const Command& command, std::vector<std::string> arguments) {
  ConfiguredCommand configured = Configure(command);
  CLI::App& app = *configured.app;
  try {
    if (command.translate != nullptr) arguments = command.translate(app, arguments);
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    configured.run = [app = configured.app] {
      fmt::print("{}", app->help());
      return 0;
    };
  } catch (const CLI::ParseError& error) {
    ThrowUsageError(app, command, error);
  }
  return configured;
}

int RunCommandLine(int argc, const char* const* argv) {
  if (argc < 2) {
    fmt::print(stderr, "{}", Overview());
    return 2;
  }
  const std::string_view first = argv[1];
  if (first == "--version") {
    fmt::print("videopose {}\n", Version());
    return 0;
  }
  if (first == "help" || first == "--help" || first == "-h") {
    if (argc < 3) {
      fmt::print("{}", Overview());
      return 0;
    }
    for (const auto& [option, text] : kReferences) {
      if (argv[2] != option) continue;
      fmt::print("{}", text());
      return 0;
    }
    return Parse(FindCommand(argv[2]), {"--help"}).run();
  }
  return Parse(FindCommand(first), {argv + 2, argv + argc}).run();
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// The table of subcommands. Each cmd_*.cc adds its options to a CLI11 app and returns the function
// to run after parsing.

#ifndef VIDEOPOSE_CLI_COMMAND_H_
#define VIDEOPOSE_CLI_COMMAND_H_

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace videopose::internal {

struct Command {
  std::string_view name;
  std::string_view summary;
  // Adds options to the app; the function returned does the work and gives the exit code.
  std::function<int()> (*configure)(CLI::App& app);
  // Null, or translates this command's arguments to those that CLI11 understands.
  std::vector<std::string> (*translate)(const CLI::App& app,
                                        const std::vector<std::string>& arguments) = nullptr;
};

std::span<const Command> Commands();

struct ConfiguredCommand {
  std::shared_ptr<CLI::App> app;
  std::function<int()> run;  // once the app has parsed its arguments
};

ConfiguredCommand Configure(const Command& command);

// Ready to run; where help was asked for, `run` prints it. Throws UsageError for invalid arguments.
ConfiguredCommand Parse(const Command& command, std::vector<std::string> arguments);

std::function<int()> ConfigureVideo(CLI::App& app);
std::function<int()> ConfigureDemo(CLI::App& app);
std::function<int()> ConfigureDetect(CLI::App& app);
std::function<int()> ConfigureLift(CLI::App& app);
std::function<int()> ConfigureRender(CLI::App& app);
std::function<int()> ConfigureConvert(CLI::App& app);
std::function<int()> ConfigureLive(CLI::App& app);
std::function<int()> ConfigureRun(CLI::App& app);
std::function<int()> ConfigurePrepare(CLI::App& app);
std::function<int()> ConfigureModels(CLI::App& app);
std::function<int()> ConfigureBench(CLI::App& app);
std::function<int()> ConfigureInfo(CLI::App& app);

// Parses and runs; the exit code. Throws UsageError for an invalid command line, Error
// for the rest.
int RunCommandLine(int argc, const char* const* argv);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_COMMAND_H_

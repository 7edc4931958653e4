// The data sets of others that `videopose prepare` converts.

#ifndef VIDEOPOSE_CLI_PREPARE_COMMANDS_H_
#define VIDEOPOSE_CLI_PREPARE_COMMANDS_H_

#include <CLI/App.hpp>
#include <functional>
#include <vector>

namespace videopose {

// A subcommand of `prepare`, and what runs it.
struct PrepareSubcommand {
  CLI::App* app = nullptr;
  std::function<int()> run;
};

// h36m, h36m-detections, stacked-hourglass, humaneva.
std::vector<PrepareSubcommand> AddDatasetCommands(CLI::App& prepare);

}  // namespace videopose

#endif  // VIDEOPOSE_CLI_PREPARE_COMMANDS_H_

// SPDX-License-Identifier: Apache-2.0

// The published data sets that `videopose prepare` converts.

#ifndef VIDEOPOSE_CLI_PREPARE_COMMANDS_H_
#define VIDEOPOSE_CLI_PREPARE_COMMANDS_H_

#include <CLI/App.hpp>
#include <cstdint>
#include <functional>
#include <vector>

namespace videopose::internal {

// A subcommand of `prepare`, and what runs it.
struct PrepareSubcommand {
  CLI::App* app = nullptr;
  std::function<int()> run;
};

// h36m, h36m-detections, stacked-hourglass, humaneva.
std::vector<PrepareSubcommand> AddDatasetCommands(CLI::App& prepare);

// --max-unpacked-gib
void AddUnpackLimit(CLI::App& app, int64_t& max_unpacked_gib);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_PREPARE_COMMANDS_H_

// SPDX-License-Identifier: Apache-2.0

// The flags of `videopose run`.

#ifndef VIDEOPOSE_CLI_RUN_FLAGS_H_
#define VIDEOPOSE_CLI_RUN_FLAGS_H_

#include <string>

#include "videopose/cli/run_options.h"

namespace CLI {
class App;
}

namespace videopose::internal {

// Adds them, in groups; `options` must stay where it is until the command line is parsed. What
// --config names comes first, then --set, then the other flags.
void AddRunFlags(CLI::App& app, RunOptions& options);

// options.Check(), for people: throws UsageError that names the flag, where there is one.
void CheckRunOptions(const RunOptions& options);
// "videopose run: --dropout 1: expected at least 0 and below 1 (network.dropout)".
std::string DescribeForRun(const OptionError& error);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_RUN_FLAGS_H_

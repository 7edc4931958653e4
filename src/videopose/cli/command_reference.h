// SPDX-License-Identifier: Apache-2.0

// docs/cli.md: every subcommand with all its options, as Markdown.

#ifndef VIDEOPOSE_CLI_COMMAND_REFERENCE_H_
#define VIDEOPOSE_CLI_COMMAND_REFERENCE_H_

#include <CLI/CLI.hpp>
#include <string>

namespace videopose::internal {

// One subcommand and those below it: usage, then a table for each group of options.
std::string CommandReference(const CLI::App& app);

// The whole page.
std::string CommandLineReference();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_COMMAND_REFERENCE_H_

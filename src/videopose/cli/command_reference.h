// SPDX-License-Identifier: Apache-2.0

// Every subcommand with all its options: as Markdown, docs/cli.md, and as a manual page.

#ifndef VIDEOPOSE_CLI_COMMAND_REFERENCE_H_
#define VIDEOPOSE_CLI_COMMAND_REFERENCE_H_

#include <CLI/CLI.hpp>
#include <string>

namespace videopose::internal {

// One subcommand and those below it: usage, then a table for each group of options.
std::string CommandReference(const CLI::App& app);

// The whole page.
std::string CommandLineReference();

// videopose(1), in troff.
std::string ManualPage();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_COMMAND_REFERENCE_H_

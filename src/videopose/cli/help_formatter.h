// SPDX-License-Identifier: Apache-2.0

// The texts of `videopose help SUBCOMMAND`, and the facts about options that the command line
// reference shows, too.

#ifndef VIDEOPOSE_CLI_HELP_FORMATTER_H_
#define VIDEOPOSE_CLI_HELP_FORMATTER_H_

#include <CLI/CLI.hpp>
#include <string>

namespace videopose::internal {

class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(36); }

  // " KBPS (16 to 1000000; not with --crf)"
  std::string make_option_opts(const CLI::Option* option) const override;
  // Wrapped, so that lines have at most 100 columns.
  std::string make_option_desc(const CLI::Option* option) const override;
};

// What a value is called, "KBPS"; empty for flags.
std::string ValueName(const CLI::Option& option);

// What its description does not say: "required", "16 to 1000000; not with --crf"; may be empty.
std::string OptionFacts(const CLI::Option& option);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_HELP_FORMATTER_H_

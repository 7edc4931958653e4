// SPDX-License-Identifier: Apache-2.0

// VideoPose3D's command line as Python's argparse reads it: single-dash flags (-arc), unique
// beginnings of long options (--viz-sub), values that begin with a dash (--viz-limit -1).

#ifndef VIDEOPOSE_CLI_RUN_ARGUMENTS_H_
#define VIDEOPOSE_CLI_RUN_ARGUMENTS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace videopose::internal {

struct ShortFlag {
  std::string_view word, option;  // "-arc", "--architecture"
};
std::span<const ShortFlag> ShortFlags();

// The arguments in the form that CLI11 understands. Unknown ones stay as they are and CLI11 reports
// them. Throws UsageError for a beginning of several options, an option without its value
// and a flag with one.
std::vector<std::string> TranslateRunArguments(const CLI::App& app,
                                               const std::vector<std::string>& arguments);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_RUN_ARGUMENTS_H_

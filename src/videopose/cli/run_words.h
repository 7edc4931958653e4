// VideoPose3D's command line as Python's argparse reads it: single-dash words (-arc), unique
// beginnings of long options (--viz-sub), values that begin with a dash (--viz-limit -1).

#ifndef VIDEOPOSE_CLI_RUN_WORDS_H_
#define VIDEOPOSE_CLI_RUN_WORDS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace videopose {

struct RunWord {
  std::string_view word, option;  // "-arc", "--architecture"
};
std::span<const RunWord> RunWords();

// The arguments in words that CLI11 understands. What is not known stays as it is, for CLI11 to
// complain about. Throws UsageError for a beginning of several options, an option without its value
// and a flag with one.
std::vector<std::string> TranslateRunWords(const CLI::App& app,
                                           const std::vector<std::string>& arguments);

}  // namespace videopose

#endif  // VIDEOPOSE_CLI_RUN_WORDS_H_

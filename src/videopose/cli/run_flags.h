// The flags of `videopose run`.

#ifndef VIDEOPOSE_CLI_RUN_FLAGS_H_
#define VIDEOPOSE_CLI_RUN_FLAGS_H_

#include "videopose/cli/run_options.h"

namespace CLI {
class App;
}

namespace videopose {

// Adds them, in groups; `options` must stay where it is until the command line is parsed.
void AddRunFlags(CLI::App& app, RunOptions& options);

}  // namespace videopose

#endif  // VIDEOPOSE_CLI_RUN_FLAGS_H_

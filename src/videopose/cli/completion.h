// SPDX-License-Identifier: Apache-2.0

// Scripts by which a shell completes the program's subcommands and options.

#ifndef VIDEOPOSE_CLI_COMPLETION_H_
#define VIDEOPOSE_CLI_COMPLETION_H_

#include <string>

namespace videopose::internal {

// For /usr/share/bash-completion/completions/videopose.
std::string BashCompletion();

// For a folder of zsh's $fpath, as _videopose.
std::string ZshCompletion();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_COMPLETION_H_

// SPDX-License-Identifier: Apache-2.0

// `videopose run` without --evaluate: training.

#ifndef VIDEOPOSE_CLI_RUN_TRAINING_H_
#define VIDEOPOSE_CLI_RUN_TRAINING_H_

#include "videopose/cli/run_options.h"

namespace videopose::internal {

// Trains, prints a line for each epoch, evaluates at the end. Throws Error.
void Train(const RunOptions& options);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_RUN_TRAINING_H_

// SPDX-License-Identifier: Apache-2.0

// `videopose run` without --evaluate: training.

#ifndef VIDEOPOSE_CLI_RUN_TRAINING_H_
#define VIDEOPOSE_CLI_RUN_TRAINING_H_

#include "videopose/cli/run_options.h"
#include "videopose/nn/communicator.h"

namespace videopose::internal {

// Trains, prints a line for each epoch, evaluates at the end. Of several processes, the first one
// prints and writes. Throws Error.
void Train(const RunOptions& options, Communicator& processes);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_RUN_TRAINING_H_

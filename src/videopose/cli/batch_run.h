// SPDX-License-Identifier: Apache-2.0

// Works off many videos, together with all other processes that do the same into the same folder.

#ifndef VIDEOPOSE_CLI_BATCH_RUN_H_
#define VIDEOPOSE_CLI_BATCH_RUN_H_

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "videopose/cli/batch.h"
#include "videopose/cluster/claims.h"

namespace videopose::internal {

struct BatchRunOptions {
  std::filesystem::path folder;  // of the results; made where it is not there
  bool force = false;            // also what is done
  bool quiet = false;
  std::filesystem::path report;  // JSON, written anew whenever something happens; empty: none
  std::chrono::milliseconds dead_after = kDeadAfter;
};

// Calls `work`, which returns the number of frames, for each item that no other process holds;
// errors of one item are printed and do not end the run. Returns when all items are done or have
// failed, so that what a process that dies leaves is taken up. Prints what this process did; the
// last process prints what all did. The exit code: 1 where an item failed.
int RunBatch(const std::vector<BatchItem>& items, const BatchRunOptions& options,
             const std::function<int64_t(const BatchItem&)>& work);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_BATCH_RUN_H_

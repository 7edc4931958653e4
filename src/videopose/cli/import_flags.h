// SPDX-License-Identifier: Apache-2.0

// How the command line takes keypoints of any kind; see videopose/files.h.

#ifndef VIDEOPOSE_CLI_IMPORT_FLAGS_H_
#define VIDEOPOSE_CLI_IMPORT_FLAGS_H_

#include <filesystem>

#include "videopose/files.h"
#include "videopose/pose.h"

namespace CLI {
class App;
}

namespace videopose::internal {

// --layout and --size.
void AddImportOptions(CLI::App& app, ImportOptions& options);
// --fps, for commands that need time.
void AddImportRateOption(CLI::App& app, ImportOptions& options);

// "assuming 25 frames per second, which the file does not say (--fps)".
std::string DescribeAssumption(const ImportAssumption& assumption);

// Imports, and prints assumptions to stderr, unless `quiet`. `otherwise`: rate and size for what
// neither the file nor the options say, instead of assumptions.
KeypointSequence ImportAndTell(const std::filesystem::path& path, const ImportOptions& options,
                               bool quiet, const ImportOptions& otherwise = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_IMPORT_FLAGS_H_

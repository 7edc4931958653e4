// SPDX-License-Identifier: Apache-2.0

// Descriptions of the raw files of data sets, for `videopose info`.

#ifndef VIDEOPOSE_CLI_RAW_INFO_H_
#define VIDEOPOSE_CLI_RAW_INFO_H_

#include <filesystem>
#include <string>

#include "videopose/scientific/archive_reader.h"

namespace videopose::internal {

// Variables with their shapes and ranges; frames and joints, where the shape tells that it is
// poses; whose recording it is, where the names of the file and its folders tell.
std::string DescribeCdf(const std::filesystem::path& path);
std::string DescribeMat(const std::filesystem::path& path);
std::string DescribeHdf5(const std::filesystem::path& path);

// How many files of which kind are in which folder; of recordings also the actions, cameras, frames
// and ranges.
std::string DescribeArchive(const std::filesystem::path& path, const ArchiveOptions& options);

// What a detector found in a video of a data set, the best of each frame, as `prepare` takes it;
// nothing where the file holds something else.
std::string DescribeIfDetections(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_RAW_INFO_H_

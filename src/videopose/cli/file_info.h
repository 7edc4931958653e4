// SPDX-License-Identifier: Apache-2.0

// What `videopose info` says of a file.

#ifndef VIDEOPOSE_CLI_FILE_INFO_H_
#define VIDEOPOSE_CLI_FILE_INFO_H_

#include <filesystem>
#include <string>

#include "videopose/media.h"
#include "videopose/scientific/archive_reader.h"

namespace videopose::internal {

// ".npz, .zip, ...": what data sets and models come in.
std::string DataExtensions();

// A few lines; told apart by content. Throws Error for a file that is none of those we know.
std::string DescribeFile(const std::filesystem::path& path, const ArchiveOptions& archive = {});

std::string DescribeVideo(const std::filesystem::path& path, const VideoInfo& info);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_FILE_INFO_H_

// SPDX-License-Identifier: Apache-2.0

// Whose recording a file of a data set is, as far as its name and its folders' tell.

#ifndef VIDEOPOSE_CLI_RECORDING_NAME_H_
#define VIDEOPOSE_CLI_RECORDING_NAME_H_

#include <filesystem>
#include <string>

namespace videopose::internal {

struct RecordingName {
  std::string subject, action, camera;  // empty where it is not told
};

// "S1/Walking 1.54138969.h5": S1, Walking 1, 54138969.
RecordingName RecordingNameOf(const std::filesystem::path& path);

// "  recording   S1, Walking 1, camera 54138969\n", or nothing where no folder is called S1 or so.
std::string DescribeRecordingName(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_RECORDING_NAME_H_

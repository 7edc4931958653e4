// SPDX-License-Identifier: Apache-2.0

// The one rule of what a command may write.

#ifndef VIDEOPOSE_APP_CHECK_OUTPUTS_H_
#define VIDEOPOSE_APP_CHECK_OUTPUTS_H_

#include <filesystem>
#include <vector>

namespace videopose::internal {

// Throws Error where an output is an input, or two outputs are one file, whatever their names:
// links are followed. An input that is a folder stands for the files in it, "-" for the standard
// input, and an output like "frames/%05d.png" or a folder for each numbered image. Empty paths,
// addresses, devices and pipes are nothing that can be lost.
void CheckOutputs(const std::vector<std::filesystem::path>& inputs,
                  const std::vector<std::filesystem::path>& outputs);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_APP_CHECK_OUTPUTS_H_

// SPDX-License-Identifier: Apache-2.0

// Whether a .mat file holds as much as it claims. matio allocates the declared size of an array and
// reads zeros where the file is truncated.

#ifndef VIDEOPOSE_SCIENTIFIC_MAT_LAYOUT_H_
#define VIDEOPOSE_SCIENTIFIC_MAT_LAYOUT_H_

#include <filesystem>

namespace videopose::internal {

// Throws Error where a file of version 5 (MATLAB 5 to 7.2) is truncated or damaged, has an array of
// more elements than there are bytes for, or nests arrays too deeply. Other files are not
// checked. Source of the format: MathWorks, "MAT-File Format", chapter 1.
void CheckMatLayout(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SCIENTIFIC_MAT_LAYOUT_H_

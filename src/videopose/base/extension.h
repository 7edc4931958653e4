// SPDX-License-Identifier: Apache-2.0

// Extensions of file names, which say which format to write. (What a file holds is found in it.)

#ifndef VIDEOPOSE_BASE_EXTENSION_H_
#define VIDEOPOSE_BASE_EXTENSION_H_

#include <filesystem>
#include <string>
#include <string_view>

namespace videopose::internal {

// With its dot and in lower case, ".npz" of "clip.NPZ"; empty where the name has none.
std::string LowerCaseExtension(const std::filesystem::path& path);

// Of names with several: whether "Walking.CDF.mat" ends with `lower_case`, ".cdf.mat", in any case.
bool HasExtensions(std::string_view name, std::string_view lower_case);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_EXTENSION_H_

// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/extension.h"

#include <algorithm>
#include <cctype>

namespace videopose::internal {

std::string LowerCaseExtension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return std::tolower(c); });
  return extension;
}

}  // namespace videopose::internal

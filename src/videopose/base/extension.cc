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

bool HasExtensions(std::string_view name, std::string_view lower_case) {
  return name.size() >= lower_case.size() &&
         std::ranges::equal(name.substr(name.size() - lower_case.size()), lower_case,
                            [](unsigned char a, char b) { return std::tolower(a) == b; });
}

}  // namespace videopose::internal

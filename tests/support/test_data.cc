// SPDX-License-Identifier: Apache-2.0

#include "support/test_data.h"

#include <cstdlib>

namespace videopose::internal {

namespace fs = std::filesystem;

fs::path SourceFile(std::string_view path) { return fs::path(VIDEOPOSE_SOURCE_DIR) / path; }

fs::path TestData(std::string_view path) { return SourceFile("tests/data") / path; }

fs::path SharedFile(std::string_view path) {
  const char* elsewhere = std::getenv("VIDEOPOSE_SHARED");
  return (elsewhere != nullptr ? fs::path(elsewhere) : SourceFile("../shared")) / path;
}

}  // namespace videopose::internal

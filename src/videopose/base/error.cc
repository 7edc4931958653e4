// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/error.h"

#include <unistd.h>

namespace videopose::internal {

void RethrowFromReading(const std::filesystem::path& file, Error& error) {
  const auto code_of = [&file] {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return ErrorCode::kFileNotFound;
    return access(file.c_str(), R_OK) == 0 ? ErrorCode::kWrongFormat : ErrorCode::kUnreadable;
  };
  error.Complete(code_of(), file);
  throw;
}

}  // namespace videopose::internal

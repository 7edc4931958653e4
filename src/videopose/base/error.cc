// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/error.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace videopose {
namespace {

// A line for people: what a file of a stranger holds must not reach into the terminal.
std::string OneLine(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < ' ' || c == 0x7F; }, '?');
  return text;
}

}  // namespace

Error::Error(const std::string& text, ErrorCode code, ErrorFacts facts)
    : std::runtime_error(OneLine(text)), code_(code), facts_(std::move(facts)) {}

}  // namespace videopose

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

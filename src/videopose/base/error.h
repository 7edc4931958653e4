// SPDX-License-Identifier: Apache-2.0

// Short ways of throwing an Error.
//
// The text is one line for people: the file, what was expected, what was found, what to do. It
// names no flag of the command line; where an option of the program would help, facts().option
// names the option of the library, and the program (cli/advice.h) knows the flag for it.

#ifndef VIDEOPOSE_BASE_ERROR_H_
#define VIDEOPOSE_BASE_ERROR_H_

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "videopose/base.h"

namespace videopose::internal {

template <typename... Args>
[[noreturn]] void Fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...));
}

template <typename... Args>
[[noreturn]] void Fail(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...), code);
}

template <typename... Args>
[[noreturn]] void Fail(ErrorCode code, ErrorFacts facts, fmt::format_string<Args...> format,
                       Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...), code, std::move(facts));
}

// About a file, with which the text begins: "FILE: text".
template <typename... Args>
[[noreturn]] void FailAt(const std::filesystem::path& file, ErrorCode code,
                         fmt::format_string<Args...> format, Args&&... args) {
  throw Error(file.string() + ": " + fmt::format(format, std::forward<Args>(args)...), code,
              {.file = file});
}

// For the handler around a function that reads `file`: throws the error on, with the code that it
// lacks (not there, not readable, or else the content is not what it should be) and the file.
[[noreturn]] void RethrowFromReading(const std::filesystem::path& file, Error& error);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_ERROR_H_

// What goes wrong, and how the user hears of it.
//
// Library code throws; only the program's main catches everything and prints one line. The text of
// an Error is that line: it names the file, what was expected, what was found and what to do.

#ifndef VIDEOPOSE_BASE_ERROR_H_
#define VIDEOPOSE_BASE_ERROR_H_

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace videopose {

// Bad input or a failing system: exit code 1.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A command line that makes no sense: exit code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

// The user asked to stop (Ctrl-C): exit code 130.
class Cancelled : public Error {
 public:
  Cancelled() : Error("stopped") {}
};

// Throws an Error with a formatted message.
template <typename... Args>
[[noreturn]] void Fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace videopose

#endif  // VIDEOPOSE_BASE_ERROR_H_

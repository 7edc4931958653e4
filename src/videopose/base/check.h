// SPDX-License-Identifier: Apache-2.0

// VP_CHECK(condition, format, args...): a contract between parts of the program. A violation is a
// bug in videopose, never bad input, so it throws std::logic_error and not Error.

#ifndef VIDEOPOSE_BASE_CHECK_H_
#define VIDEOPOSE_BASE_CHECK_H_

#include <fmt/format.h>

#include <stdexcept>

#define VP_CHECK(condition, ...)                                                            \
  do {                                                                                      \
    if (!(condition)) [[unlikely]] {                                                        \
      throw std::logic_error(fmt::format("{}:{}: {} does not hold: {}", __FILE__, __LINE__, \
                                         #condition, fmt::format(__VA_ARGS__)));            \
    }                                                                                       \
  } while (false)

#endif  // VIDEOPOSE_BASE_CHECK_H_

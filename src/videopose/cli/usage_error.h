// SPDX-License-Identifier: Apache-2.0

// An invalid command line: exit code 2. Not an Error, which is about the input.

#ifndef VIDEOPOSE_CLI_USAGE_ERROR_H_
#define VIDEOPOSE_CLI_USAGE_ERROR_H_

#include <stdexcept>

namespace videopose::internal {

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_USAGE_ERROR_H_

// SPDX-License-Identifier: Apache-2.0

// What an error tells people.

#ifndef VIDEOPOSE_TESTS_SUPPORT_ERROR_OF_H_
#define VIDEOPOSE_TESTS_SUPPORT_ERROR_OF_H_

#include <gtest/gtest.h>

#include <string>

#include "videopose/base.h"

namespace videopose::internal {

// The text of the Error that `action` throws, which is a single line; "no error" where it throws
// none.
template <typename Action>
std::string ErrorOf(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    return text;
  }
  return "no error";
}

// The code of the Error that `action` throws.
template <typename Action>
ErrorCode CodeOf(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "no error";
  return ErrorCode::kOther;
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TESTS_SUPPORT_ERROR_OF_H_

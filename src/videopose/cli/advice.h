// SPDX-License-Identifier: Apache-2.0

// What the user can do about an error. The library names its options; this table has their flags.

#ifndef VIDEOPOSE_CLI_ADVICE_H_
#define VIDEOPOSE_CLI_ADVICE_H_

#include <string>
#include <string_view>

#include "videopose/base.h"

namespace videopose::internal {

// The line to print: the error's text and, where its facts name an option, the flag that helps.
std::string WithAdvice(const Error& error);

// "--fps N" for the field `fps` of the library's options; empty where there is no flag.
std::string_view FlagOf(std::string_view option);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_ADVICE_H_

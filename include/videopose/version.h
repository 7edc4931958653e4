// SPDX-License-Identifier: Apache-2.0

// The version of the library: of the headers as macros, of the archives that are linked as
// Version(). CMake reads the numbers from here.

#ifndef VIDEOPOSE_VERSION_H_
#define VIDEOPOSE_VERSION_H_

#include <string_view>

#define VIDEOPOSE_VERSION_MAJOR 0
#define VIDEOPOSE_VERSION_MINOR 2
#define VIDEOPOSE_VERSION_PATCH 0

namespace videopose {

// "0.2.0"
std::string_view Version();

}  // namespace videopose

#endif  // VIDEOPOSE_VERSION_H_

// SPDX-License-Identifier: Apache-2.0

#include "videopose/base.h"

#define VP_TEXT_OF(number) #number
#define VP_TEXT(number) VP_TEXT_OF(number)

namespace videopose {

std::string_view Version() {
  return VP_TEXT(VIDEOPOSE_VERSION_MAJOR) "." VP_TEXT(VIDEOPOSE_VERSION_MINOR) "." VP_TEXT(
      VIDEOPOSE_VERSION_PATCH);
}

}  // namespace videopose

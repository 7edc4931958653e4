// SPDX-License-Identifier: Apache-2.0

// The page that LiveServer serves.

#ifndef VIDEOPOSE_LIVE_LIVE_PAGE_H_
#define VIDEOPOSE_LIVE_LIVE_PAGE_H_

#include <string_view>

namespace videopose::internal {

std::string_view LivePage();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIVE_LIVE_PAGE_H_

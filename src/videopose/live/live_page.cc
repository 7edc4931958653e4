// SPDX-License-Identifier: Apache-2.0

#include "videopose/live/live_page.h"

#include <string>

#include "videopose/export/web_files.h"

namespace videopose::internal {

std::string_view LivePage() {
  static const std::string page =
      web::Fill(web::k_live_html, {{"view3d", web::k_view3d_js}, {"live", web::k_live_js}});
  return page;
}

}  // namespace videopose::internal

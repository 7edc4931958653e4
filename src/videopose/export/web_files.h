// SPDX-License-Identifier: Apache-2.0

// The files of the folder web/, which cmake/embed.cmake turns into literals.

#ifndef VIDEOPOSE_EXPORT_WEB_FILES_H_
#define VIDEOPOSE_EXPORT_WEB_FILES_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace videopose::internal::web {

extern const std::string_view k_page_html, k_page_css, k_page_js;
extern const std::string_view k_live_html, k_live_js;
extern const std::string_view k_view3d_js;

// `text` with each "{{name}}" of the list replaced. What is put in is not looked through again.
std::string Fill(std::string_view text,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> values);

}  // namespace videopose::internal::web

#endif  // VIDEOPOSE_EXPORT_WEB_FILES_H_

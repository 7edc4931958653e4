// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/web_files.h"

namespace videopose::internal::web {

std::string Fill(std::string_view text,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::string filled;
  while (true) {
    const size_t open = text.find("{{"), close = text.find("}}", open);
    if (close == std::string_view::npos) break;
    const std::string_view name = text.substr(open + 2, close - open - 2);
    filled += text.substr(0, open);
    const std::string_view* found = nullptr;
    for (const auto& [known, value] : values) {
      if (known == name) found = &value;
    }
    filled += found != nullptr ? *found : text.substr(open, close + 2 - open);
    text.remove_prefix(close + 2);
  }
  return filled += text;
}

}  // namespace videopose::internal::web

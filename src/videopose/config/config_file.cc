// SPDX-License-Identifier: Apache-2.0

#include "videopose/config/config_file.h"

#include "videopose/base/extension.h"
#include "videopose/config/toml.h"
#include "videopose/config/xml.h"

namespace videopose::internal {

ConfigNode ParseConfig(std::string_view text, const std::string& name) {
  const size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first != std::string_view::npos && text[first] == '<') return ParseXml(text, name);
  return LowerCaseExtension(name) == ".toml" ? ParseToml(text, name) : ParseYaml(text, name);
}

}  // namespace videopose::internal

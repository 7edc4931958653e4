// SPDX-License-Identifier: Apache-2.0

#include "videopose/config/toml.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <sstream>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

using Kind = ConfigNode::Kind;

std::string ScalarText(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return fmt::to_string(number->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  std::ostringstream text;  // dates and times
  node.visit([&](const auto& value) {
    if constexpr (toml::is_value<decltype(value)>) text << value.get();
  });
  return text.str();
}

// The library limits how deep tables and arrays are nested (256).
ConfigNode Convert(const toml::node& node) {
  ConfigNode result{.line = static_cast<int>(node.source().begin.line)};
  if (const toml::table* table = node.as_table()) {
    result.kind = Kind::kMap;
    for (const auto& [key, value] : *table) {
      ConfigNode item = Convert(value);
      item.key = key.str();
      result.items.push_back(std::move(item));
    }
  } else if (const toml::array* array = node.as_array()) {
    result.kind = Kind::kList;
    for (const toml::node& item : *array) result.items.push_back(Convert(item));
  } else {
    result.kind = Kind::kScalar;
    result.text = ScalarText(node);
  }
  return result;
}

}  // namespace

ConfigNode ParseToml(std::string_view text, const std::string& name) {
  try {
    return Convert(toml::parse(text, name));
  } catch (const toml::parse_error& error) {
    Fail(ErrorCode::kWrongFormat, "{}: line {}: expected TOML: {}", name, error.source().begin.line,
         error.description());
  }
}

}  // namespace videopose::internal

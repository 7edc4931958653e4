// SPDX-License-Identifier: Apache-2.0

#include "videopose/config/xml.h"

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

using Kind = ConfigNode::Kind;

constexpr int kDeepestElement = 32;

ConfigNode TextNode(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  if (words.empty()) return {};
  return words.size() == 1 ? ConfigNode::Scalar(words[0]) : ConfigNode::List(words);
}

ConfigNode Convert(const pugi::xml_node& element, const std::string& name, int depth) {
  if (depth > kDeepestElement) Fail(ErrorCode::kLimit, "{}: more levels than settings have", name);
  ConfigNode result{.kind = Kind::kMap};
  for (const pugi::xml_node& child : element.children()) {
    if (child.type() != pugi::node_element) continue;
    ConfigNode item = Convert(child, name, depth + 1);
    item.key = child.name();
    result.items.push_back(std::move(item));
  }
  return result.items.empty() ? TextNode(element.child_value()) : result;
}

}  // namespace

ConfigNode ParseXml(std::string_view text, const std::string& name) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(text.data(), text.size());
  if (!result) {
    const auto end = text.begin() + std::clamp<std::ptrdiff_t>(
                                        result.offset, 0, static_cast<std::ptrdiff_t>(text.size()));
    Fail(ErrorCode::kWrongFormat, "{}: line {}: expected XML: {}", name,
         1 + std::count(text.begin(), end, '\n'), result.description());
  }
  return Convert(document.document_element(), name, 0);
}

}  // namespace videopose::internal

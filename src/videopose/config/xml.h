// SPDX-License-Identifier: Apache-2.0

// XML as OpenCV's FileStorage writes it, as the same plain tree as YAML (yaml.h): an element is a
// map of the elements in it, or else its text; several words are a list.

#ifndef VIDEOPOSE_CONFIG_XML_H_
#define VIDEOPOSE_CONFIG_XML_H_

#include <string>
#include <string_view>

#include "videopose/config/yaml.h"

namespace videopose::internal {

// What is in the outermost element. Throws Error where the text is no XML.
ConfigNode ParseXml(std::string_view text, const std::string& name);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CONFIG_XML_H_

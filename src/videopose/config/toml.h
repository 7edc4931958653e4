// SPDX-License-Identifier: Apache-2.0

// TOML as the same plain tree as YAML (yaml.h).

#ifndef VIDEOPOSE_CONFIG_TOML_H_
#define VIDEOPOSE_CONFIG_TOML_H_

#include <string>
#include <string_view>

#include "videopose/config/yaml.h"

namespace videopose::internal {

// Throws Error with the line where the text is no TOML.
ConfigNode ParseToml(std::string_view text, const std::string& name);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CONFIG_TOML_H_

// SPDX-License-Identifier: Apache-2.0

// Settings in any of the formats that calibrations and configurations come in.

#ifndef VIDEOPOSE_CONFIG_CONFIG_FILE_H_
#define VIDEOPOSE_CONFIG_CONFIG_FILE_H_

#include <string>
#include <string_view>

#include "videopose/config/yaml.h"

namespace videopose::internal {

// XML where the text begins with '<', TOML where `name` ends in .toml, else YAML, JSON included.
// Throws Error.
ConfigNode ParseConfig(std::string_view text, const std::string& name);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CONFIG_CONFIG_FILE_H_

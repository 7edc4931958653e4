// SPDX-License-Identifier: Apache-2.0

// Options in YAML files: groups are maps, an option is a value.
//
//   network: {architecture: 3,3,3, channels: 1024}
//   augmentation:
//     motion:
//       combine: 0.5

#ifndef VIDEOPOSE_CONFIG_OPTIONS_FILE_H_
#define VIDEOPOSE_CONFIG_OPTIONS_FILE_H_

#include <string>
#include <string_view>

#include "videopose/config/options.h"

namespace videopose::internal {

// Sets the options that the text names and leaves the others alone. `name` is what errors call the
// text. Throws Error with the line: for text that is no YAML, a key that no option has (with the
// nearest that one has), and a value of another type. Bounds are not checked.
void ReadOptions(std::string_view text, const std::string& name, const OptionTable& table);

// The same for a record in a file of any version: skips keys that are no options.
void ReadKnownOptions(std::string_view text, const std::string& name, const OptionTable& table);

// All options as YAML; with their help as comments where a person edits them.
std::string WriteOptions(const OptionTable& table, bool with_help);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CONFIG_OPTIONS_FILE_H_

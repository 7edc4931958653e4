// SPDX-License-Identifier: Apache-2.0

// YAML as a plain tree. JSON is YAML, too.

#ifndef VIDEOPOSE_CONFIG_YAML_H_
#define VIDEOPOSE_CONFIG_YAML_H_

#include <string>
#include <string_view>
#include <vector>

namespace videopose::internal {

// A scalar is its text, whatever its type: the caller knows which type it expects.
struct ConfigNode {
  enum class Kind { kNothing, kScalar, kList, kMap };

  Kind kind = Kind::kNothing;
  std::string key;                // of an item of a map
  std::string text;               // of a scalar
  std::vector<ConfigNode> items;  // of a list or a map
  int line = 0;                   // from 1; 0: of no file

  static ConfigNode Scalar(std::string text) {
    return {.kind = Kind::kScalar, .text = std::move(text)};
  }
  static ConfigNode List(const std::vector<std::string>& texts);
};

// The first document of a text. Anchors and aliases are followed; keys are scalars. OpenCV's
// "%YAML:1.0" in the first line is taken for a directive. `name` is what errors call the text.
// Throws Error with the line where the text is no YAML, holds a key twice, or is larger or deeper
// than any settings file.
ConfigNode ParseYaml(std::string_view text, const std::string& name);

// The text of such a file. Throws Error where it cannot be read or is larger than 256 KiB.
std::string ReadConfigFile(const std::string& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CONFIG_YAML_H_

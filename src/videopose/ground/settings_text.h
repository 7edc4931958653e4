// The part of YAML that calibration files are written in, JSON included: block and flow maps and
// lists, quoted and plain scalars, tags and comments. No anchors, no aliases, no multi-line text.

#ifndef VIDEOPOSE_GROUND_SETTINGS_TEXT_H_
#define VIDEOPOSE_GROUND_SETTINGS_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace videopose {

// A scalar has text, a list has items, a map has items with keys.
struct SettingsNode {
  std::string key;
  std::string text;
  std::vector<SettingsNode> items;
};

// `name` is what errors call the text. Throws Error with the line where the text makes no sense.
SettingsNode ParseSettings(std::string_view text, const std::string& name);

}  // namespace videopose

#endif  // VIDEOPOSE_GROUND_SETTINGS_TEXT_H_

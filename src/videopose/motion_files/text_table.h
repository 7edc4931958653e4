// SPDX-License-Identifier: Apache-2.0

// Text files of lines and fields.

#ifndef VIDEOPOSE_MOTION_FILES_TEXT_TABLE_H_
#define VIDEOPOSE_MOTION_FILES_TEXT_TABLE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videopose::internal {

// Without their ends, which are \n or \r\n; no empty one after the last end. The parts lie in
// `text`.
std::vector<std::string_view> SplitLines(std::string_view text);

// At every separator, so that "a,,b" is three fields; the parts lie in `line`.
std::vector<std::string_view> SplitFields(std::string_view line, char separator);

// The whole field as a number, "nan" in any case among them; none if it is not one.
std::optional<double> NumberIn(std::string_view field);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MOTION_FILES_TEXT_TABLE_H_

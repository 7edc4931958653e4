// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/recording_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace videopose::internal {

RecordingName RecordingNameOf(const std::filesystem::path& path) {
  RecordingName name;
  static const std::regex kSubject(R"(S\d{1,2})");
  for (const std::filesystem::path& part : path.parent_path()) {
    if (std::regex_match(part.string(), kSubject)) name.subject = part.string();
  }
  // "Walking 1.54138969.h5", "Walking_1_(C2).avi.npz", "Walking 1.cdf.mat"
  static const std::regex kFile(R"(([^.(]+?)(?:\.(\d{8})|_\((C\d)\))?(?:\.[A-Za-z]\w*)+)");
  const std::string file = path.filename().string();
  if (file.find("_ALL") != std::string::npos) return name;  // all videos of a subject in one
  std::smatch match;
  if (!std::regex_match(file, match, kFile)) return name;
  name.action = match[1];
  std::replace(name.action.begin(), name.action.end(), '_', ' ');
  name.camera = match[2].matched ? match[2] : match[3];
  return name;
}

std::string DescribeRecordingName(const std::filesystem::path& path) {
  const RecordingName name = RecordingNameOf(std::filesystem::absolute(path));
  if (name.subject.empty() || name.action.empty()) return "";
  return fmt::format("  recording   {}, {}{}\n", name.subject, name.action,
                     name.camera.empty() ? "" : ", camera " + name.camera);
}

}  // namespace videopose::internal

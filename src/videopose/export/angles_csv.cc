// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/angles_csv.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string>
#include <vector>

#include "videopose/base/atomic_file.h"
#include "videopose/pose.h"

namespace videopose::internal {

void WriteAnglesCsv(const std::filesystem::path& path, const Motion& motion, double start_s) {
  std::string text = "frame,time_s,person";
  for (const std::string_view name : JointAngleNames()) text += fmt::format(",{}_deg", name);
  text += '\n';
  std::vector<std::vector<float>> angles;
  for (const PersonMotion& person : motion.people) {
    angles.push_back(JointAnglesOf(motion, person));
  }
  const size_t count = JointAngleNames().size();
  const auto out = std::back_inserter(text);
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    for (size_t p = 0; p < motion.people.size(); ++p) {
      fmt::format_to(out, "{},{:.6f},{}", t, start_s + static_cast<double>(t) / motion.fps,
                     motion.people[p].id);
      for (size_t a = 0; a < count; ++a) {
        const float angle = angles[p][t * count + a];
        text += std::isfinite(angle) ? fmt::format(",{:.2f}", angle) : ",";
      }
      text += '\n';
    }
  }
  WriteFileAtomically(path, text);
}

}  // namespace videopose::internal

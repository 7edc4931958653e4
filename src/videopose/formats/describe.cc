// SPDX-License-Identifier: Apache-2.0

#include "videopose/formats/describe.h"

#include <fmt/ranges.h>

#include <vector>

#include "videopose/ground/world.h"

namespace videopose::internal {

namespace fs = std::filesystem;

std::string DescribePoses(const fs::path& path, const Motion& motion) {
  Motion grounded = motion;
  CompleteGrounding(nullptr, grounded);
  return fmt::format("{}: poses: {} people, {} frames, {:.6g} frames per second, {} joints\n  {}\n",
                     path.string(), motion.people.size(), motion.frame_count, motion.fps,
                     motion.joint_count(), Describe(grounded.grounding));
}

std::string DescribeBvh(const fs::path& path, const BvhClip& clip) {
  std::vector<std::string> names;
  for (const BvhJoint& joint : clip.joints) {
    if (!joint.channels.empty()) names.push_back(joint.name);
  }
  return fmt::format(
      "{}: motion (BVH): {} joints, {} frames, {:.6g} frames per second\n  joints  {}\n",
      path.string(), names.size(), clip.frame_count, 1 / clip.frame_time_s, fmt::join(names, ", "));
}

std::string DescribeMarkers(const fs::path& path, std::string_view format,
                            const MarkerTrial& trial) {
  return fmt::format(
      "{}: markers ({}): {} of them, {} frames, {:.6g} frames per second, {}\n  markers  {}\n",
      path.string(), format, trial.labels.size(), trial.points.dim(0), trial.rate_hz, trial.units,
      fmt::join(trial.labels, ", "));
}

}  // namespace videopose::internal

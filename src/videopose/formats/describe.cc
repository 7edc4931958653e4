// SPDX-License-Identifier: Apache-2.0

#include "videopose/formats/describe.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "videopose/formats/recording_name.h"
#include "videopose/geometry/vec.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

// Of those that were found.
std::string DescribeRanges(const KeypointSequence& keypoints) {
  Vec2f low = {INFINITY, INFINITY}, high = {-INFINITY, -INFINITY};
  for (const PersonKeypoints& person : keypoints.people) {
    for (const Keypoint& point : person.keypoints) {
      if (point.score <= 0) continue;
      low = {std::min(low.x, point.x_px), std::min(low.y, point.y_px)};
      high = {std::max(high.x, point.x_px), std::max(high.y, point.y_px)};
    }
  }
  if (low.x > high.x) return "";
  return fmt::format("  {} joints; x {:.4g} to {:.4g}, y {:.4g} to {:.4g}\n",
                     keypoints.joint_count(), low.x, high.x, low.y, high.y);
}

}  // namespace

std::string DescribePoses(const fs::path& path, const Motion& motion) {
  const bool has_roots = std::any_of(motion.people.begin(), motion.people.end(),
                                     [](const auto& p) { return !p.root_in_cam.empty(); });
  return fmt::format("{}: poses: {} people, {} frames, {:.6g} frames per second, {} joints\n  {}\n",
                     path.string(), motion.people.size(), motion.frame_count, motion.fps,
                     motion.joint_count(),
                     motion.camera ? "standing in a room"
                     : has_roots   ? "standing before a camera"
                                   : "relative to the hip");
}

std::string DescribeKeypoints(const fs::path& path, const ImportedKeypoints& imported) {
  const auto& [keypoints, format, assumptions] = imported;
  std::string text = fmt::format(
      "{}: keypoints ({}): {} people, {} frames, {:g} frames per second, {} x {} pixels\n",
      path.string(), format, keypoints.people.size(), keypoints.frame_count, keypoints.fps,
      keypoints.width_px, keypoints.height_px);
  for (const std::string& assumption : assumptions) {
    text += fmt::format("  assuming {}\n", assumption);
  }
  return text + DescribeRecordingName(path) + DescribeRanges(keypoints);
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

}  // namespace videopose

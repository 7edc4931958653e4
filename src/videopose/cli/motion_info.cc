#include "videopose/cli/motion_info.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/files.h"
#include "videopose/motion_files/bvh.h"
#include "videopose/motion_files/c3d.h"
#include "videopose/motion_files/trc.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

std::string DescribeBvh(const fs::path& path) {
  const BvhClip clip = ReadBvh(path);
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

}  // namespace

std::string DescribeIfPoses(const fs::path& path) {
  constexpr double kUnknownFps = 1;  // asked for by .npy alone
  try {
    const Motion motion = ReadMotion(path, kUnknownFps).motion;
    const bool has_roots = std::any_of(motion.people.begin(), motion.people.end(),
                                       [](const auto& p) { return !p.root_in_cam.empty(); });
    return fmt::format(
        "{}: poses: {} people, {} frames, {:.6g} frames per second, {} joints\n  {}\n",
        path.string(), motion.people.size(), motion.frame_count, motion.fps, motion.joint_count(),
        motion.camera ? "standing in a room"
        : has_roots   ? "standing before a camera"
                      : "relative to the hip");
  } catch (const Error&) {
    return {};
  }
}

std::string DescribeIfMotionCapture(const fs::path& path, std::string_view bytes) {
  if (bytes.starts_with("HIERARCHY")) return DescribeBvh(path);
  if (bytes.starts_with("PathFileType")) return DescribeMarkers(path, "TRC", ReadTrc(path));
  if (LooksLikeC3d(bytes)) return DescribeMarkers(path, "C3D", ReadC3d(path));
  if (bytes.starts_with("glTF")) {
    return fmt::format("{}: binary glTF, {} bytes, for Blender and the like\n", path.string(),
                       fs::file_size(path));
  }
  return {};
}

}  // namespace videopose

// SPDX-License-Identifier: Apache-2.0

#include <fmt/ranges.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

#include "videopose/arrays/npy.h"
#include "videopose/base/error.h"
#include "videopose/export/bvh_motion.h"
#include "videopose/export/csv.h"
#include "videopose/export/marker_motion.h"
#include "videopose/files.h"
#include "videopose/motion_files/bvh.h"
#include "videopose/motion_files/c3d.h"
#include "videopose/motion_files/trc.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

constexpr int kNominalSize_px = 1000;

std::string FirstBytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path)) {
    Fail("{}: cannot read: {}", path.string(), file ? "it is a folder" : std::strerror(errno));
  }
  std::array<char, 16> bytes{};
  file.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<size_t>(file.gcount())};
}

// Joints that are relative to the root as well as joints in space: the root is what joint 0 says.
Motion ReadNpyMotion(const fs::path& path, double fps) {
  const Tensor poses = ToTensor<float>(ReadNpy(path), path.string());
  const Skeleton& skeleton = Human36m17();
  const int64_t joints = skeleton.joint_count();
  if (poses.rank() != 3 || poses.dim(1) != joints || poses.dim(2) != 3) {
    Fail("{}: expected poses of shape (T, {}, 3), found ({})", path.string(), joints,
         fmt::join(poses.shape, ", "));
  }
  Motion motion{.skeleton = skeleton,
                .fps = fps,
                .width_px = kNominalSize_px,
                .height_px = kNominalSize_px,
                .frame_count = poses.dim(0)};
  PersonMotion person{.joints_in_cam = {motion.frame_count, motion.joint_count()}};
  bool has_roots = false;
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    const float* v = poses.data() + t * joints * 3;
    const Vec3f root{v[0], v[1], v[2]};
    has_roots = has_roots || (IsFinite(root) && root != Vec3f{});
    person.root_in_cam.push_back(root);
    for (Vec3f& joint : person.frame(t)) {
      joint = Vec3f{v[0], v[1], v[2]} - root;
      v += 3;
    }
  }
  if (!has_roots) person.root_in_cam.clear();
  motion.people.push_back(std::move(person));
  return motion;
}

}  // namespace

PoseClip ReadMotion(const fs::path& path, double fps) try {
  const std::string first = FirstBytes(path);
  const auto begins = [&first](std::string_view with) { return first.starts_with(with); };
  if (begins("\x93NUMPY")) return {.motion = ReadNpyMotion(path, fps)};
  if (begins("HIERARCHY")) return {.motion = MotionOfBvh(ReadBvh(path), path.string())};
  if (begins("PathFileType")) {
    return {.motion = MotionOfMarkers(ReadTrc(path), path.string())};
  }
  if (LooksLikeC3d(first)) {
    return {.motion = MotionOfMarkers(ReadC3d(path), path.string())};
  }
  if (begins("frame,") || begins("\xEF\xBB\xBF"
                                 "frame,"))
    return {.motion = ReadCsv(path)};
  return ReadPoses(path);
} catch (Error& error) {
  RethrowFromReading(path, error);
}

}  // namespace videopose

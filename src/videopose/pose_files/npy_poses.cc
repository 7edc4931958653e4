// SPDX-License-Identifier: Apache-2.0

#include "videopose/pose_files/npy_poses.h"

#include <fmt/ranges.h>

#include "videopose/arrays/npy.h"
#include "videopose/base/error.h"

namespace videopose::internal {

void WriteNpyPoses(const std::filesystem::path& path, const Motion& motion,
                   const PersonMotion& person) {
  Tensor poses({motion.frame_count, motion.joint_count(), 3});
  float* out = poses.data();
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    const Vec3f root = person.root_in_cam.empty() ? Vec3f{} : person.root_in_cam[t];
    for (const Vec3f& relative : person.frame(t)) {
      const Vec3f joint = relative + root;
      *out++ = joint.x;
      *out++ = joint.y;
      *out++ = joint.z;
    }
  }
  WriteNpy(path, MakeNpy(std::move(poses)));
}

Motion ReadNpyPoses(const std::filesystem::path& path, double fps) {
  constexpr int kNominalSize_px = 1000;
  Tensor poses = ToTensor<float>(ReadNpy(path), path.string());
  // One person, as several have it: (1, T, J, 3).
  if (poses.rank() == 4 && poses.dim(0) == 1) poses.shape.erase(poses.shape.begin());
  const int64_t joints = poses.rank() == 3 ? poses.dim(1) : 0;
  const Skeleton& skeleton = joints == Body25().joint_count() ? Body25() : Human36m17();
  if (joints != skeleton.joint_count() || poses.dim(2) != 3) {
    Fail(
        "{0}: expected poses of shape (T, {1}, 3) or (1, T, {1}, 3), with hands and feet {2} "
        "joints, found ({3})",
        path.string(), Human36m17().joint_count(), Body25().joint_count(),
        fmt::join(poses.shape, ", "));
  }
  Motion motion{.skeleton = skeleton,
                .fps = fps,
                .width_px = kNominalSize_px,
                .height_px = kNominalSize_px,
                .frame_count = poses.dim(0)};
  PersonMotion person{.joints_in_cam = {motion.frame_count, motion.joint_count()}};
  bool has_roots = false;
  const float* v = poses.data();
  for (int64_t t = 0; t < motion.frame_count; ++t) {
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

}  // namespace videopose::internal

#include "videopose/pose_files/npy_poses.h"

#include "videopose/arrays/npy.h"

namespace videopose {

void WriteNpyPoses(const std::filesystem::path& path, const Motion& motion,
                   const PersonMotion& person) {
  const int64_t joints = motion.joint_count();
  Tensor poses({motion.frame_count, joints, 3});
  float* out = poses.data();
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    const bool has_root = !person.root_in_cam.empty();
    const Vec3f root = has_root ? person.root_in_cam[static_cast<size_t>(t)] : Vec3f{};
    for (const Vec3f& relative : person.frame(t)) {
      const Vec3f joint = relative + root;
      *out++ = joint.x;
      *out++ = joint.y;
      *out++ = joint.z;
    }
  }
  WriteNpy(path, MakeNpy(std::move(poses)));
}

}  // namespace videopose

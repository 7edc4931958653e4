#include "videopose/formats/npy_poses.h"

#include "videopose/base/error.h"
#include "videopose/io/npy.h"

namespace videopose {

void WriteNpyPoses(const std::filesystem::path& path, const Motion& motion) {
  if (motion.people.size() > 1) {
    Fail("{}: .npy holds one person, here are {}; write .npz or .json", path.string(),
         motion.people.size());
  }
  const int64_t joints = motion.joint_count();
  Tensor poses({motion.frame_count, joints, 3});
  float* out = poses.data();
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    for (int64_t j = 0; j < joints; ++j) {
      Vec3f joint = kNoJoint;
      if (!motion.people.empty()) {
        const PersonMotion& person = motion.people[0];
        joint = person.joints_in_cam[static_cast<size_t>(t * joints + j)];
        if (!person.root_in_cam.empty()) joint = joint + person.root_in_cam[static_cast<size_t>(t)];
      }
      *out++ = joint.x;
      *out++ = joint.y;
      *out++ = joint.z;
    }
  }
  WriteNpy(path, MakeNpy(std::move(poses)));
}

}  // namespace videopose

// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/bvh_motion.h"

#include <array>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/export/marker_motion.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

constexpr double kMetresPerUnit = 0.01;

// The names of Human36m17()'s joints.
constexpr std::array<std::string_view, kH36mJoints> kNames = {
    "Hips",        "RightUpLeg", "RightLeg", "RightFoot",    "LeftUpLeg", "LeftLeg",
    "LeftFoot",    "Spine1",     "Neck",     "Head",         "Head_end",  "LeftArm",
    "LeftForeArm", "LeftHand",   "RightArm", "RightForeArm", "RightHand"};

}  // namespace

Motion MotionOfBvh(const BvhClip& clip, std::string_view what) {
  std::array<size_t, kNames.size()> joints;
  for (size_t j = 0; j < kNames.size(); ++j) {
    const int index = clip.IndexOf(kNames[j]);
    if (index < 0) {
      Fail("{}: no joint '{}'; expected the skeleton that videopose writes", what, kNames[j]);
    }
    joints[j] = index;
  }
  if (!(clip.frame_time_s > 0)) Fail("{}: frame time {}", what, clip.frame_time_s);
  std::vector<Vec3f> in_world;
  for (int64_t t = 0; t < clip.frame_count; ++t) {
    const std::vector<Rigid3d> placed = PlaceJoints(clip, t);
    for (const size_t joint : joints) {
      const Vec3d at = kMetresPerUnit * placed[joint].translation;
      in_world.push_back(Vec3d{at.x, -at.z, at.y}.Cast<float>());
    }
  }
  return MotionInWorld(Human36m17(), 1 / clip.frame_time_s,
                       {{std::move(in_world), Human36m17().joint_count()}});
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/rig.h"

#include "videopose/export/joint_course.h"

namespace videopose {
namespace {

using enum h36m17::Joint;

constexpr Vec3d kLeftward{1, 0, 0}, kRightward{-1, 0, 0}, kUp{0, 1, 0}, kDown{0, -1, 0};
// The neck leans forward, the head is upright.
constexpr Vec3d kThoraxToNeck{0, 0.97, 0.243105}, kNeckToHead{0, 1, 0};

}  // namespace

const std::array<RigJoint, kRigJointCount>& RigJoints() {
  static constexpr std::array<RigJoint, kRigJointCount> kJoints = {{
      {"Hips", -1, kHip, -1, kUp},
      {"Spine", kRigHips, kHip, kSpine, kUp},
      {"Spine1", kRigSpine, kSpine, kThorax, kUp},
      {"Neck", kRigSpine1, kThorax, kNeckBase, kThoraxToNeck},
      {"Head", kRigNeck, kNeckBase, kHead, kNeckToHead},
      {"LeftShoulder", kRigSpine1, kThorax, kLeftShoulder, kLeftward},
      {"LeftArm", kRigLeftShoulder, kLeftShoulder, kLeftElbow, kLeftward},
      {"LeftForeArm", kRigLeftArm, kLeftElbow, kLeftWrist, kLeftward},
      {"LeftHand", kRigLeftForeArm, kLeftWrist, -1, kLeftward},
      {"RightShoulder", kRigSpine1, kThorax, kRightShoulder, kRightward},
      {"RightArm", kRigRightShoulder, kRightShoulder, kRightElbow, kRightward},
      {"RightForeArm", kRigRightArm, kRightElbow, kRightWrist, kRightward},
      {"RightHand", kRigRightForeArm, kRightWrist, -1, kRightward},
      {"LeftUpLeg", kRigHips, kLeftHip, kLeftKnee, kDown},
      {"LeftLeg", kRigLeftUpLeg, kLeftKnee, kLeftAnkle, kDown},
      {"LeftFoot", kRigLeftLeg, kLeftAnkle, -1, kDown},
      {"RightUpLeg", kRigHips, kRightHip, kRightKnee, kDown},
      {"RightLeg", kRigRightUpLeg, kRightKnee, kRightAnkle, kDown},
      {"RightFoot", kRigRightLeg, kRightAnkle, -1, kDown},
  }};
  return kJoints;
}

std::array<RigPlacement, kRigJointCount> PlaceRig(const RigMotion& motion, int64_t frame) {
  std::array<RigPlacement, kRigJointCount> placed;
  const Quaternion* parent_from_joint = motion.frame(frame);
  placed[kRigHips] = {motion.root_in_rig[frame], parent_from_joint[kRigHips]};
  for (size_t j = 1; j < kRigJointCount; ++j) {
    const RigPlacement& parent = placed[RigJoints()[j].parent];
    placed[j] = {parent.position_in_rig + Rotate(parent.rig_from_joint, motion.rig.offset_m[j]),
                 parent.rig_from_joint * parent_from_joint[j]};
  }
  return placed;
}

std::array<Vec3d, h36m17::kJointCount> RigSourceJoints(const RigMotion& motion, int64_t frame) {
  const auto placed = PlaceRig(motion, frame);
  RigSource joints;
  for (size_t j = 0; j < kRigJointCount; ++j) {
    const RigJoint& joint = RigJoints()[j];
    joints[joint.source] = placed[j].position_in_rig;
    if (joint.source_end < 0) continue;
    joints[joint.source_end] =
        placed[j].position_in_rig + Rotate(placed[j].rig_from_joint, motion.rig.end_m[j]);
  }
  return joints;
}

}  // namespace videopose

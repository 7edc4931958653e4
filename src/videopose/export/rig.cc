// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/rig.h"

#include "videopose/export/joint_course.h"

namespace videopose::internal {
namespace {

using enum h36m17::Joint;

// The neck leans forward, the head is upright.
constexpr Vec3d kThoraxToNeck{0, 0.97, 0.243105}, kNeckToHead{0, 1, 0};

}  // namespace

const std::array<RigJoint, kRigJointCount>& RigJoints() {
  static constexpr std::array<RigJoint, kRigJointCount> kJoints = {{
      {"Hips", -1, kHip, -1, kUpInRig},
      {"Spine", kRigHips, kHip, kSpine, kUpInRig},
      {"Spine1", kRigSpine, kSpine, kThorax, kUpInRig},
      {"Neck", kRigSpine1, kThorax, kNeckBase, kThoraxToNeck},
      {"Head", kRigNeck, kNeckBase, kHead, kNeckToHead},
      {"LeftShoulder", kRigSpine1, kThorax, kLeftShoulder, kLeftwardInRig},
      {"LeftArm", kRigLeftShoulder, kLeftShoulder, kLeftElbow, kLeftwardInRig},
      {"LeftForeArm", kRigLeftArm, kLeftElbow, kLeftWrist, kLeftwardInRig},
      {"LeftHand", kRigLeftForeArm, kLeftWrist, -1, kLeftwardInRig},
      {"RightShoulder", kRigSpine1, kThorax, kRightShoulder, kRightwardInRig},
      {"RightArm", kRigRightShoulder, kRightShoulder, kRightElbow, kRightwardInRig},
      {"RightForeArm", kRigRightArm, kRightElbow, kRightWrist, kRightwardInRig},
      {"RightHand", kRigRightForeArm, kRightWrist, -1, kRightwardInRig},
      {"LeftUpLeg", kRigHips, kLeftHip, kLeftKnee, kDownInRig},
      {"LeftLeg", kRigLeftUpLeg, kLeftKnee, kLeftAnkle, kDownInRig},
      {"LeftFoot", kRigLeftLeg, kLeftAnkle, -1, kDownInRig},
      {"LeftToeBase", kRigLeftFoot, -1, -1, kForwardInRig},
      {"RightUpLeg", kRigHips, kRightHip, kRightKnee, kDownInRig},
      {"RightLeg", kRigRightUpLeg, kRightKnee, kRightAnkle, kDownInRig},
      {"RightFoot", kRigRightLeg, kRightAnkle, -1, kDownInRig},
      {"RightToeBase", kRigRightFoot, -1, -1, kForwardInRig},
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
    if (joint.source < 0) continue;
    joints[joint.source] = placed[j].position_in_rig;
    if (joint.source_end < 0) continue;
    joints[joint.source_end] =
        placed[j].position_in_rig + Rotate(placed[j].rig_from_joint, motion.rig.end_m[j]);
  }
  return joints;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// A skeleton of rotations for motion that is known as positions: what animation formats hold.
//
// Frame: y up, metres; x_in_rig = (x, z, -y) of x_in_world. At rest all joints are unturned and the
// body stands in a T: it looks along z, the left arm points along x.
//
// * Bone lengths are constant: the median over the clip, of left and right the mean.
// * Positions are fitted: from the hip outwards, each chain of bones (spine, neck and head, arms
//   with their shoulder, legs) takes the directions that bring its joints nearest to the source's,
//   in the sense of least squares.
// * Swing: each bone points where the fitted joints say, turned by the shortest way from where its
//   parent would carry it. Spine and shoulders start where their parent does, so that hip line,
//   spine and shoulder line, which are not rigid in the source, can each be met.
// * Twist of the trunk: Hips from the hip line, Spine1 from the shoulder line, Spine half way.
// * Twist of limbs: the plane of upper arm and forearm (thigh and shank; thorax, face and top of
//   the head) says how the upper bone is turned about itself. The straighter the limb, the less its
//   plane is trusted; between times in which it is bent the angle is interpolated, so a straight
//   limb keeps its plane (twist.h). Forearms and shanks have no twist of their own: positions do
//   not tell.
// * Hands and feet of Body25() are turned as their points are (rig_ends.h); toes do not bend. Where
//   joints end at wrists and ankles, hands go on along the forearm and feet stay square to their
//   shanks; but while a foot is known to be down (PersonMotion::feet_down) its sole is level,
//   within what ankles can do.
// * Frames without pose: joints go over linearly between the frames beside the gap, and stay as
//   they are before the first and after the last pose.

#ifndef VIDEOPOSE_EXPORT_RIG_H_
#define VIDEOPOSE_EXPORT_RIG_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"
#include "videopose/pose/h36m17.h"

namespace videopose::internal {

// In the frame of the rig.
inline constexpr Vec3d kLeftwardInRig{1, 0, 0}, kRightwardInRig{-1, 0, 0}, kUpInRig{0, 1, 0},
    kDownInRig{0, -1, 0}, kForwardInRig{0, 0, 1};

enum RigJointIndex {
  kRigHips,
  kRigSpine,
  kRigSpine1,
  kRigNeck,
  kRigHead,
  kRigLeftShoulder,
  kRigLeftArm,
  kRigLeftForeArm,
  kRigLeftHand,
  kRigRightShoulder,
  kRigRightArm,
  kRigRightForeArm,
  kRigRightHand,
  kRigLeftUpLeg,
  kRigLeftLeg,
  kRigLeftFoot,
  kRigLeftToeBase,
  kRigRightUpLeg,
  kRigRightLeg,
  kRigRightFoot,
  kRigRightToeBase,
  kRigJointCount,
};

struct RigJoint {
  std::string_view name;  // Mixamo's
  int parent;             // -1: the root; parents come first
  int source;             // the joint of Human36m17() that it is; -1: none
  int source_end;         // the one that its bone leads to; -1: none
  Vec3d rest_direction;   // of the bone, unit length
};

// By RigJointIndex.
const std::array<RigJoint, kRigJointCount>& RigJoints();

// A body's measures, by RigJointIndex.
struct Rig {
  std::array<Vec3d, kRigJointCount> offset_m;  // from the parent's place, at rest; the root's is 0
  std::array<Vec3d, kRigJointCount> end_m;     // where the bone ends, from the joint's place
};

struct RigMotion {
  Rig rig;
  double fps = 0;
  int64_t frame_count = 0;                    // T
  std::vector<Vec3d> root_in_rig;             // T
  std::vector<Quaternion> parent_from_joint;  // T * kRigJointCount; the root's is rig_from_root;
                                              // of each joint the sign that is nearer the last
  std::vector<bool> is_there;                 // T; false in gaps longer than kLongestGap_s

  const Quaternion* frame(int64_t t) const { return parent_from_joint.data() + t * kRigJointCount; }
};

// Throws Error where the skeleton lacks joints of Human36m17(). A person who has no pose in any
// frame stands at the origin, of ordinary size, and is never there. Where the motion says no frame
// rate it is kDefaultFps.
RigMotion FitRig(const Motion& motion, const PersonMotion& person);

struct RigPlacement {
  Vec3d position_in_rig;
  Quaternion rig_from_joint;
};

// Forward kinematics, by RigJointIndex:
//   rig_from_joint  = rig_from_parent * parent_from_joint
//   position_in_rig = parent's position_in_rig + Rotate(rig_from_parent, offset_m)
std::array<RigPlacement, kRigJointCount> PlaceRig(const RigMotion& motion, int64_t frame);

// The places of Human36m17()'s joints.
std::array<Vec3d, h36m17::kJointCount> RigSourceJoints(const RigMotion& motion, int64_t frame);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_RIG_H_

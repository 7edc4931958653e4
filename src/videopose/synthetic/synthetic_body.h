// SPDX-License-Identifier: Apache-2.0

// A body of known measures, and how a few joint angles become its joints in the world.
//
// World frame: z up, the floor at z = 0, metres. Body frames (pelvis, chest, head, feet): x
// forward, y to the body's own left, z up.
//
// Segment lengths are fractions of the body height after Drillis & Contini (1966) as given in
// Winter, Biomechanics and Motor Control of Human Movement, figure 4.1: hip at 0.530, thigh 0.245,
// shank 0.246, ankle at 0.039, upper arm 0.186, forearm 0.146, hand 0.108, chin at 0.870, eyes at
// 0.936.

#ifndef VIDEOPOSE_SYNTHETIC_SYNTHETIC_BODY_H_
#define VIDEOPOSE_SYNTHETIC_SYNTHETIC_BODY_H_

#include <array>

#include "videopose/geometry.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {

enum class BodyJoint {
  kPelvis,  // the middle between the hips
  kSpine,
  kThorax,  // the middle between the shoulders
  kFace,    // inside the face, Human3.6M's "neck_base" (elsewhere "neck/nose")
  kHead,    // the middle between the ears
  kHeadTop,
  kNose,
  kLeftEye,
  kRightEye,
  kLeftEar,
  kRightEar,
  kLeftShoulder,
  kRightShoulder,
  kLeftElbow,
  kRightElbow,
  kLeftWrist,
  kRightWrist,
  kLeftFingertip,
  kRightFingertip,
  kLeftHip,
  kRightHip,
  kLeftKnee,
  kRightKnee,
  kLeftAnkle,
  kRightAnkle,
  kLeftHeel,
  kRightHeel,
  kLeftBall,  // of the foot: what it rolls over
  kRightBall,
};
inline constexpr int kBodyJointCount = 29;

enum class BodySide { kLeft = 0, kRight = 1 };
inline constexpr BodySide kSides[] = {BodySide::kLeft, BodySide::kRight};
// +1 on the left.
inline double Sign(BodySide side) { return side == BodySide::kLeft ? 1 : -1; }

// The joint of a pair, given its left one.
constexpr BodyJoint OnSide(BodyJoint left_joint, BodySide side) {
  return static_cast<BodyJoint>(static_cast<int>(left_joint) + static_cast<int>(side));
}

// All zero: the arm hangs straight down.
struct ArmAngles {
  double flexion_rad = 0;    // of the shoulder: raises the arm forward
  double abduction_rad = 0;  // raises it sideways
  double twist_rad = 0;      // turns it about itself; pi/2 on a raised arm points the forearm up
  double elbow_rad = 0;      // 0: straight
};

struct FootPlacement {
  Vec2d ankle_in_world;  // where the ankle stands over when the foot is flat
  double yaw_rad = 0;    // where the toes point, from the world's x towards y
  double pitch_rad = 0;  // > 0: the heel is up and the ball stays; < 0: the toes are up and the
                         // heel stays
  double rise_m = 0;     // of the whole foot over the floor
};

// The controls of a body's pose.
struct BodyControls {
  Vec2d pelvis_in_world;
  double pelvis_drop_m = 0;  // below the height of standing upright, before the legs' reach
  double pelvis_yaw_rad = 0, pelvis_roll_rad = 0;  // roll > 0: the left hip is higher
  double lean_rad = 0;                             // of the trunk, forward
  double side_bend_rad = 0;                        // of the trunk, to the left
  double twist_rad = 0;                            // of the chest over the pelvis, to the left
  double head_yaw_rad = 0;                         // to the left
  double head_pitch_rad = 0;                       // > 0: looks down
  double knees_out_rad = 0;
  std::array<ArmAngles, 2> arms;      // by BodySide
  std::array<FootPlacement, 2> feet;  // by BodySide
};

struct BodyPose {
  std::array<Vec3d, kBodyJointCount> joints_in_world;  // by BodyJoint
  Quaternion world_from_pelvis, world_from_chest, world_from_head;
  std::array<Quaternion, 2> world_from_foot;
  std::array<Quaternion, 2> world_from_hand;  // fingers -z, and the elbow bends towards x

  const Vec3d& operator[](BodyJoint joint) const {
    return joints_in_world[static_cast<size_t>(joint)];
  }
  Vec3d& operator[](BodyJoint joint) { return joints_in_world[static_cast<size_t>(joint)]; }
};

// Arms, trunk and head by forward kinematics. The pelvis is lowered as far as the legs, which end
// where the feet are, cannot reach; the knees then follow from the law of cosines. Bones keep their
// lengths whatever the controls.
BodyPose PoseBody(const BodyControls& controls, double height_m);

// The joints of Human36m17() and Coco17(), in their order.
std::array<Vec3d, kH36mJoints> Human36mJoints(const BodyPose& pose);
std::array<Vec3d, kCocoJoints> CocoJoints(const BodyPose& pose);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SYNTHETIC_SYNTHETIC_BODY_H_

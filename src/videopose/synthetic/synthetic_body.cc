// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/synthetic_body.h"

#include <algorithm>
#include <cmath>

namespace videopose::internal {
namespace {

using enum BodyJoint;

// Fractions of the body height.
constexpr double kHipHalfWidth = 0.060;
constexpr double kThigh = 0.245;
constexpr double kShank = 0.246;
constexpr double kAnkleHeight = 0.039;
constexpr double kHeelBehindAnkle = 0.035;
constexpr double kBallAheadOfAnkle = 0.085;
constexpr double kPelvisToSpine = 0.135;
constexpr double kSpineToThorax = 0.148;
constexpr double kShoulderHalfWidth = 0.104;
constexpr double kUpperArm = 0.186;
constexpr double kForearm = 0.146;
constexpr double kHand = 0.108;
constexpr Vec3d kHeadOverThorax{0.022, 0, 0.112};

// A leg is never quite straight: near there the knee would jump.
constexpr double kLegReach = 0.995;
constexpr double kReachSoftness_m = 0.022;

constexpr Vec3d kForward{1, 0, 0}, kLeftward{0, 1, 0}, kUp{0, 0, 1};

Quaternion Yaw(double rad) { return FromAxisAngle(kUp, rad); }
Quaternion Pitch(double rad) { return FromAxisAngle(kLeftward, rad); }  // > 0 leans forward
Quaternion Roll(double rad) { return FromAxisAngle(kForward, rad); }    // > 0 lifts the left

// log-sum-exp: below both by at most log(2) * softness.
double SoftMin(double a, double b, double softness) {
  const double low = std::min(a, b);
  return low - softness * std::log1p(std::exp(-std::abs(a - b) / softness));
}

void PlaceFoot(const FootPlacement& foot, BodySide side, double height_m, BodyPose& pose) {
  const Quaternion yaw = Yaw(foot.yaw_rad);
  const Quaternion world_from_foot = yaw * Pitch(foot.pitch_rad);
  const Vec3d heel = height_m * Vec3d{-kHeelBehindAnkle, 0, -kAnkleHeight};
  const Vec3d ball = height_m * Vec3d{kBallAheadOfAnkle, 0, -kAnkleHeight};
  const Vec3d& pivot = foot.pitch_rad > 0 ? ball : heel;
  const Vec3d flat_ankle{foot.ankle_in_world.x, foot.ankle_in_world.y,
                         height_m * kAnkleHeight + foot.rise_m};
  const Vec3d ankle = flat_ankle + Rotate(yaw, pivot) - Rotate(world_from_foot, pivot);
  pose.world_from_foot[static_cast<size_t>(side)] = world_from_foot;
  pose[OnSide(kLeftAnkle, side)] = ankle;
  pose[OnSide(kLeftHeel, side)] = ankle + Rotate(world_from_foot, heel);
  pose[OnSide(kLeftBall, side)] = ankle + Rotate(world_from_foot, ball);
}

Vec3d HipInPelvis(BodySide side, double height_m) {
  return {0, Sign(side) * kHipHalfWidth * height_m, 0};
}

void PlacePelvis(const BodyControls& controls, double height_m, BodyPose& pose) {
  pose.world_from_pelvis = Yaw(controls.pelvis_yaw_rad) * Roll(controls.pelvis_roll_rad) *
                           Pitch(controls.lean_rad * 0.35);
  double z = height_m * (kAnkleHeight + kThigh + kShank) - controls.pelvis_drop_m +
             std::min(controls.feet[0].rise_m, controls.feet[1].rise_m);
  for (const BodySide side : {BodySide::kLeft, BodySide::kRight}) {
    const Vec3d hip = Rotate(pose.world_from_pelvis, HipInPelvis(side, height_m));
    const Vec3d& ankle = pose[OnSide(kLeftAnkle, side)];
    const double dx = controls.pelvis_in_world.x + hip.x - ankle.x;
    const double dy = controls.pelvis_in_world.y + hip.y - ankle.y;
    const double reach = kLegReach * (kThigh + kShank) * height_m;
    const double up = std::sqrt(std::max(0.0, reach * reach - dx * dx - dy * dy));
    z = SoftMin(z, ankle.z + up - hip.z, kReachSoftness_m);
  }
  pose[kPelvis] = {controls.pelvis_in_world.x, controls.pelvis_in_world.y, z};
}

// The knee of a leg from hip to ankle: with a = |hip - ankle|, the angle at the hip has
//   cos = (thigh^2 + a^2 - shank^2) / (2 thigh a).
void PlaceLeg(const BodyControls& controls, BodySide side, double height_m, BodyPose& pose) {
  const Vec3d hip = pose[kPelvis] + Rotate(pose.world_from_pelvis, HipInPelvis(side, height_m));
  const Vec3d& ankle = pose[OnSide(kLeftAnkle, side)];
  const double thigh = kThigh * height_m;
  const double shank = kShank * height_m;
  const double distance = Norm(ankle - hip);
  const Vec3d along = Normalized(ankle - hip);
  const double foot_yaw = controls.feet[static_cast<size_t>(side)].yaw_rad;
  // Knees follow the toes more than the pelvis.
  const double towards = 0.7 * foot_yaw + 0.3 * controls.pelvis_yaw_rad;
  const Vec3d pole = Rotate(Yaw(towards + Sign(side) * controls.knees_out_rad), kForward);
  const Vec3d across = Normalized(pole - Dot(pole, along) * along);
  const double cosine = std::clamp(
      (thigh * thigh + distance * distance - shank * shank) / (2 * thigh * distance), -1.0, 1.0);
  pose[OnSide(kLeftHip, side)] = hip;
  pose[OnSide(kLeftKnee, side)] =
      hip + thigh * (cosine * along + std::sqrt(1 - cosine * cosine) * across);
}

void PlaceTrunk(const BodyControls& controls, double height_m, BodyPose& pose) {
  const auto trunk = [&](double share) {
    return Yaw(controls.pelvis_yaw_rad + share * controls.twist_rad) *
           Roll((1 - share) * controls.pelvis_roll_rad - share * controls.side_bend_rad) *
           Pitch(controls.lean_rad * (0.4 + 0.6 * share));
  };
  pose.world_from_chest = trunk(1);
  pose[kSpine] = pose[kPelvis] + height_m * kPelvisToSpine * Rotate(trunk(0.4), kUp);
  pose[kThorax] = pose[kSpine] + height_m * kSpineToThorax * Rotate(pose.world_from_chest, kUp);
}

void PlaceHead(const BodyControls& controls, double height_m, BodyPose& pose) {
  // The head stays nearly upright when the trunk leans.
  pose.world_from_head = Yaw(controls.pelvis_yaw_rad + controls.twist_rad) *
                         Pitch(0.25 * controls.lean_rad) * Yaw(controls.head_yaw_rad) *
                         Pitch(controls.head_pitch_rad);
  const auto on_head = [&](const Vec3d& offset) {
    return height_m * Rotate(pose.world_from_head, offset);
  };
  pose[kHead] = pose[kThorax] + on_head(kHeadOverThorax);
  pose[kFace] = pose[kHead] + on_head({0.040, 0, -0.020});
  pose[kHeadTop] = pose[kHead] + on_head({0, 0, 0.075});
  pose[kNose] = pose[kHead] + on_head({0.066, 0, -0.012});
  for (const BodySide side : {BodySide::kLeft, BodySide::kRight}) {
    pose[OnSide(kLeftEye, side)] = pose[kHead] + on_head({0.046, Sign(side) * 0.0185, 0.0085});
    pose[OnSide(kLeftEar, side)] = pose[kHead] + on_head({-0.004, Sign(side) * 0.043, 0});
  }
}

void PlaceArm(const ArmAngles& arm, BodySide side, double height_m, BodyPose& pose) {
  const double sign = Sign(side);
  // The shoulder blade takes part from about 40 degrees on.
  const double elevation = std::hypot(arm.flexion_rad, arm.abduction_rad);
  const double shrug = 0.22 * std::max(0.0, elevation - 0.7);
  const Vec3d shoulder = pose[kThorax] + Rotate(pose.world_from_chest * Roll(sign * shrug),
                                                {0, sign * kShoulderHalfWidth * height_m, 0});
  const Quaternion world_from_arm = pose.world_from_chest * Roll(sign * arm.abduction_rad) *
                                    Pitch(-arm.flexion_rad) * Yaw(sign * arm.twist_rad);
  const Quaternion world_from_forearm = world_from_arm * Pitch(-arm.elbow_rad);
  const Vec3d elbow = shoulder - height_m * kUpperArm * Rotate(world_from_arm, kUp);
  const Vec3d wrist = elbow - height_m * kForearm * Rotate(world_from_forearm, kUp);
  pose[OnSide(kLeftShoulder, side)] = shoulder;
  pose[OnSide(kLeftElbow, side)] = elbow;
  pose[OnSide(kLeftWrist, side)] = wrist;
  pose[OnSide(kLeftFingertip, side)] = wrist - height_m * kHand * Rotate(world_from_forearm, kUp);
  pose.world_from_hand[static_cast<size_t>(side)] = world_from_forearm;
}

}  // namespace

BodyPose PoseBody(const BodyControls& controls, double height_m) {
  BodyPose pose;
  for (const BodySide side : kSides) {
    PlaceFoot(controls.feet[static_cast<size_t>(side)], side, height_m, pose);
  }
  PlacePelvis(controls, height_m, pose);
  PlaceTrunk(controls, height_m, pose);
  PlaceHead(controls, height_m, pose);
  for (const BodySide side : kSides) {
    PlaceLeg(controls, side, height_m, pose);
    PlaceArm(controls.arms[static_cast<size_t>(side)], side, height_m, pose);
  }
  return pose;
}

std::array<Vec3d, kH36mJoints> Human36mJoints(const BodyPose& pose) {
  // Halfway from the thorax to the height of the eyes, and a little before the line between.
  const Vec3d neck = 0.49 * pose[kThorax] + 0.51 * pose[kHead] + 0.2 * (pose[kFace] - pose[kHead]);
  return {pose[kPelvis],        pose[kRightHip],
          pose[kRightKnee],     pose[kRightAnkle],
          pose[kLeftHip],       pose[kLeftKnee],
          pose[kLeftAnkle],     pose[kSpine],
          pose[kThorax],        neck,
          pose[kHead],          pose[kLeftShoulder],
          pose[kLeftElbow],     pose[kLeftWrist],
          pose[kRightShoulder], pose[kRightElbow],
          pose[kRightWrist]};
}

std::array<Vec3d, kCocoJoints> CocoJoints(const BodyPose& pose) {
  return {pose[kNose],       pose[kLeftEye],      pose[kRightEye],      pose[kLeftEar],
          pose[kRightEar],   pose[kLeftShoulder], pose[kRightShoulder], pose[kLeftElbow],
          pose[kRightElbow], pose[kLeftWrist],    pose[kRightWrist],    pose[kLeftHip],
          pose[kRightHip],   pose[kLeftKnee],     pose[kRightKnee],     pose[kLeftAnkle],
          pose[kRightAnkle]};
}

}  // namespace videopose::internal

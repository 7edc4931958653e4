// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "videopose/export/joint_course.h"
#include "videopose/export/rig.h"
#include "videopose/export/rig_ends.h"
#include "videopose/export/twist.h"
#include "videopose/pose/default_fps.h"

namespace videopose::internal {
namespace {

using enum h36m17::Joint;

// Two bones whose plane tells the upper one's twist, and what follows them unturned.
struct Limb {
  int upper, lower, tip;  // RigJointIndex; tip -1: none
  Vec3d rest_hinge;       // the axis that turns lower against upper when the limb bends
  bool bends_one_way;     // the hinge never points backwards: what says so is noise
};
constexpr std::array<Limb, 4> kLimbs = {{
    {kRigLeftArm, kRigLeftForeArm, kRigLeftHand, kDownInRig, false},
    {kRigRightArm, kRigRightForeArm, kRigRightHand, kUpInRig, false},
    {kRigLeftUpLeg, kRigLeftLeg, kRigLeftFoot, kLeftwardInRig, true},
    {kRigRightUpLeg, kRigRightLeg, kRigRightFoot, kLeftwardInRig, true},
}};

// Of a foot, from the heel to the tip of the toes: where the toes begin.
constexpr double kBallShare = 0.72;

// `toe_m`: from the ankle; where it is not known, in proportion (synthetic/synthetic_body.h).
Rig MakeRig(const BoneLengths& lengths, const std::optional<Vec3d>& toe_m) {
  Rig rig;
  for (size_t j = 0; j < kRigJointCount; ++j) {
    const RigJoint& joint = RigJoints()[j];
    if (joint.source_end >= 0) {
      rig.end_m[j] = lengths[joint.source_end] * joint.rest_direction;
    }
    if (joint.parent < 0) continue;
    const RigJoint& parent = RigJoints()[joint.parent];
    // Spine and shoulders start where their parent, or its bone's end, is.
    rig.offset_m[j] = joint.source == parent.source ? Vec3d{} : rig.end_m[joint.parent];
  }
  const double hand_m = 0.74 * lengths[kLeftWrist];
  rig.end_m[kRigLeftHand] = hand_m * kLeftwardInRig;
  rig.end_m[kRigRightHand] = hand_m * kRightwardInRig;
  const Vec3d toe = toe_m.value_or(lengths[kLeftAnkle] * Vec3d{0, -0.16, 0.35});
  const Vec3d ball{toe.x, toe.y, kBallShare * toe.z};
  for (const auto& [foot, toes] :
       {std::pair{kRigLeftFoot, kRigLeftToeBase}, std::pair{kRigRightFoot, kRigRightToeBase}}) {
    rig.end_m[foot] = rig.offset_m[toes] = ball;
    rig.end_m[toes] = toe - ball;
  }
  rig.offset_m[kRigLeftUpLeg] = lengths[kLeftHip] * kLeftwardInRig;
  rig.offset_m[kRigRightUpLeg] = lengths[kLeftHip] * kRightwardInRig;
  rig.end_m[kRigHips] = {};
  return rig;
}

RigSource RestJoints(const Rig& rig, double hip_height_m) {
  RigMotion rest{.rig = rig, .root_in_rig = {{0, hip_height_m, 0}}};
  rest.parent_from_joint.assign(kRigJointCount, {});
  return RigSourceJoints(rest, 0);
}

// With x (y) where the first says and the other axis as near to the second as is square to it;
// `otherwise` where both are on one line.
Quaternion FromXY(const Vec3d& x, const Vec3d& y_about, const Quaternion& otherwise) {
  const Vec3d z = Cross(x, y_about);
  if (Norm(z) <= 1e-3 * Norm(x) * Norm(y_about) || Norm(x) < 1e-9) return otherwise;
  const Vec3d unit_x = Normalized(x), unit_z = Normalized(z);
  return FromAxes(unit_x, Cross(unit_z, unit_x), unit_z);
}
Quaternion FromYX(const Vec3d& y, const Vec3d& x_about, const Quaternion& otherwise) {
  const Vec3d z = Cross(x_about, y);
  if (Norm(z) <= 1e-3 * Norm(x_about)) return otherwise;
  const Vec3d unit_z = Normalized(z);
  return FromAxes(Cross(y, unit_z), y, unit_z);
}

// The rotations of one frame, from the rig's frame.
using Turns = std::array<Quaternion, kRigJointCount>;

Vec3d BoneDirection(int rig_joint, const RigSource& joints) {
  const RigJoint& joint = RigJoints()[rig_joint];
  return DirectionOr(joints[joint.source_end] - joints[joint.source], joint.rest_direction);
}

// The bone along `direction`, else as `carrier` takes it.
Quaternion Swung(int rig_joint, const Quaternion& carrier, const Vec3d& direction) {
  const Vec3d carried = Rotate(carrier, RigJoints()[rig_joint].rest_direction);
  return Swing(carried, direction) * carrier;
}

void TurnTrunk(const RigSource& source, const RigSource& fitted, Turns& turns) {
  const Vec3d hip_line = DirectionOr(source[kLeftHip] - source[kRightHip], kLeftwardInRig);
  const Vec3d shoulder_line = DirectionOr(source[kLeftShoulder] - source[kRightShoulder], hip_line);
  const Vec3d spine = BoneDirection(kRigSpine, fitted), chest = BoneDirection(kRigSpine1, fitted);
  turns[kRigSpine] =
      FromYX(spine, hip_line + shoulder_line, Swung(kRigSpine, turns[kRigHips], spine));
  turns[kRigSpine1] = FromYX(chest, shoulder_line, Swung(kRigSpine1, turns[kRigSpine], chest));
  for (const int branch : {kRigNeck, kRigLeftShoulder, kRigRightShoulder}) {
    turns[branch] = Swung(branch, turns[kRigSpine1], BoneDirection(branch, fitted));
  }
  // The head leans and nods; no joint says whether it turns.
  turns[kRigHead] = Swung(kRigHead, turns[kRigNeck], BoneDirection(kRigHead, fitted));
}

// With u and l where upper and lower bone point, their plane's normal u x l is the hinge; its
// length is the sine of the bend. The angle about u, from where the swing alone takes the hinge, is
// the twist.
SeenTwist SeeTwist(const Limb& limb, const Quaternion& swung, const Vec3d& upper,
                   const Vec3d& lower) {
  const Vec3d hinge = Cross(upper, lower);
  const Vec3d untwisted = Rotate(swung, limb.rest_hinge);
  const double along = Dot(hinge, untwisted), across = Dot(hinge, Cross(upper, untwisted));
  SeenTwist seen{std::atan2(across, along), Dot(hinge, hinge)};
  if (limb.bends_one_way) seen.weight *= std::max(0.0, std::cos(seen.angle_rad));
  return seen;
}

void TurnLimb(const Limb& limb, const std::vector<RigSource>& fitted, double fps,
              std::vector<Turns>& turns) {
  const size_t parent = RigJoints()[limb.upper].parent;
  std::vector<SeenTwist> seen;
  for (size_t t = 0; t < fitted.size(); ++t) {
    const Vec3d upper = BoneDirection(limb.upper, fitted[t]);
    seen.push_back(SeeTwist(limb, Swung(limb.upper, turns[t][parent], upper), upper,
                            BoneDirection(limb.lower, fitted[t])));
  }
  const std::vector<double> twist_rad = SmoothTwist(seen, fps);
  for (size_t t = 0; t < fitted.size(); ++t) {
    const Vec3d direction = BoneDirection(limb.upper, fitted[t]);
    const Quaternion upper =
        FromAxisAngle(direction, twist_rad[t]) * Swung(limb.upper, turns[t][parent], direction);
    const Quaternion lower = Swung(limb.lower, upper, BoneDirection(limb.lower, fitted[t]));
    turns[t][limb.upper] = upper;
    turns[t][limb.lower] = lower;
    if (limb.tip >= 0) turns[t][limb.tip] = lower;
  }
}

// How much a foot is down, 0..1, with even transitions: the mean of its flags under a Hann window.
std::vector<double> ShareDown(const std::vector<uint8_t>& feet_down, uint8_t foot, double fps) {
  constexpr double kWindow_s = 0.3;
  const int64_t reach = kWindow_s / 2 * fps;
  const auto count = std::ssize(feet_down);
  std::vector<double> shares(feet_down.size());
  for (int64_t t = 0; t < count; ++t) {
    double down = 0, all = 0;
    for (int64_t d = -reach; d <= reach; ++d) {
      const double weight =
          1 + std::cos(std::numbers::pi * static_cast<double>(d) / static_cast<double>(reach + 1));
      const size_t at = std::clamp<int64_t>(t + d, 0, count - 1);
      all += weight;
      if ((feet_down[at] & foot) != 0) down += weight;
    }
    shares[t] = down / all;
  }
  return shares;
}

// A turn by a about the ankle's x axis takes the sole's forward axis z to cos a z - sin a y, which
// is level where tan a = z.y / y.y (the axes in the rig's frame, of which y is up).
void LevelFeet(const PersonMotion& person, double fps, std::vector<Turns>& turns) {
  constexpr double kMost_rad = 0.8;  // an ankle does not bend farther
  constexpr std::array<std::pair<uint8_t, int>, 2> kFeet = {
      {{kLeftFootDown, kRigLeftFoot}, {kRightFootDown, kRigRightFoot}}};
  for (const auto& [flag, foot] : kFeet) {
    const std::vector<double> shares = ShareDown(person.feet_down, flag, fps);
    for (size_t t = 0; t < shares.size(); ++t) {
      Quaternion& rig_from_foot = turns[t][foot];
      const double level_rad = std::atan2(Rotate(rig_from_foot, {0, 0, 1}).y,
                                          std::max(0.0, Rotate(rig_from_foot, {0, 1, 0}).y));
      const double turn_rad = shares[t] * std::clamp(level_rad, -kMost_rad, kMost_rad);
      rig_from_foot = rig_from_foot * FromAxisAngle({1, 0, 0}, turn_rad);
    }
  }
}

void TurnEnds(const RigEnds& ends, std::vector<Turns>& turns) {
  for (size_t e = 0; e < kRigEnds.size(); ++e) {
    for (size_t t = 0; t < turns.size(); ++t) turns[t][kRigEnds[e]] = ends.rig_from_joint[e][t];
  }
}

// Chooses of each rotation's two quaternions the one nearer to the frame before.
std::vector<Quaternion> ParentFromJoint(const std::vector<Turns>& turns) {
  std::vector<Quaternion> all;
  all.reserve(turns.size() * kRigJointCount);
  for (const Turns& rig_from : turns) {
    for (size_t j = 0; j < kRigJointCount; ++j) {
      const int parent = RigJoints()[j].parent;
      Quaternion q = rig_from[j];
      if (parent >= 0) q = Inverse(rig_from[parent]) * q;
      const Quaternion last =
          all.size() < kRigJointCount ? Quaternion{} : all[all.size() - kRigJointCount];
      const double cosine = q.w * last.w + q.x * last.x + q.y * last.y + q.z * last.z;
      all.push_back(cosine < 0 ? Quaternion{-q.w, -q.x, -q.y, -q.z} : q);
    }
  }
  return all;
}

}  // namespace

RigMotion FitRig(const Motion& motion, const PersonMotion& person) {
  const JointCourse course = ReadCourse(motion, person);
  const double fps = FpsOf(motion);
  const BoneLengths lengths = LengthsOf(course);
  const std::optional<RigEnds> ends = ReadEnds(motion, person);
  RigMotion result{.rig = MakeRig(lengths, ends ? std::optional(ends->toe_m) : std::nullopt),
                   .fps = fps,
                   .frame_count = motion.frame_count,
                   .is_there = FramesThere(course, fps)};
  const double foot_m = -result.rig.end_m[kRigLeftFoot].y;
  const std::vector<RigSource> source =
      FillGaps(course, RestJoints(result.rig, lengths[kLeftKnee] + lengths[kLeftAnkle] + foot_m));

  std::vector<RigSource> fitted;
  std::vector<Turns> turns(source.size());
  for (size_t t = 0; t < source.size(); ++t) {
    const RigSource& joints = source[t];
    const Quaternion last = t > 0 ? turns[t - 1][kRigHips] : Quaternion{};
    turns[t][kRigHips] =
        FromXY(joints[kLeftHip] - joints[kRightHip], joints[kSpine] - joints[kHip], last);
    fitted.push_back(FitRigidBones(joints, lengths, Rotate(turns[t][kRigHips], kLeftwardInRig)));
    TurnTrunk(joints, fitted.back(), turns[t]);
    result.root_in_rig.push_back(joints[kHip]);
  }
  for (const Limb& limb : kLimbs) TurnLimb(limb, fitted, fps, turns);
  if (ends) {
    TurnEnds(*ends, turns);
  } else {
    LevelFeet(person, fps, turns);
  }
  for (Turns& rig_from : turns) {
    rig_from[kRigLeftToeBase] = rig_from[kRigLeftFoot];
    rig_from[kRigRightToeBase] = rig_from[kRigRightFoot];
  }
  result.parent_from_joint = ParentFromJoint(turns);
  return result;
}

}  // namespace videopose::internal

#include "videopose/export/rig.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "videopose/base/error.h"
#include "videopose/export/twist.h"
#include "videopose/pose/world.h"

namespace videopose {
namespace {

constexpr int kSourceCount = 17;
constexpr double kDefaultFps = 25;
constexpr double kLongestShownGap_s = 0.5;
constexpr Vec3d kLeftward{1, 0, 0}, kRightward{-1, 0, 0}, kUp{0, 1, 0}, kDown{0, -1, 0};
// The face (Human3.6M's "neck_base") is before the thorax, the top of the head behind the face: by
// the measures of pose/synthetic_body.h.
constexpr Vec3d kThoraxToFace{0, 0.829, 0.559}, kFaceToTop{0, 0.922, -0.387};

// The joints of Human36m17().
enum Source {
  kHip,
  kRightHip,
  kRightKnee,
  kRightAnkle,
  kLeftHip,
  kLeftKnee,
  kLeftAnkle,
  kSpine,
  kThorax,
  kFace,
  kHeadTop,
  kLeftShoulder,
  kLeftElbow,
  kLeftWrist,
  kRightShoulder,
  kRightElbow,
  kRightWrist,
};

using Joints = std::array<Vec3d, kSourceCount>;
using Lengths = std::array<double, kSourceCount>;  // of the bone that leads to a joint

// Where nothing is known: of a body of 1.7 m (pose/synthetic_body.h).
constexpr Lengths kOrdinaryLengths_m = {0,    0.10, 0.42, 0.42, 0.10, 0.42, 0.42, 0.23, 0.25,
                                        0.19, 0.18, 0.18, 0.32, 0.25, 0.18, 0.32, 0.25};

// Joints that hang together, from `from` outwards: lengths are kept, directions fitted.
struct Chain {
  int from;
  std::array<int, 3> joints;  // -1: shorter
};
constexpr std::array<Chain, 6> kChains = {{
    {kHip, {kSpine, kThorax, -1}},
    {kThorax, {kFace, kHeadTop, -1}},
    {kThorax, {kLeftShoulder, kLeftElbow, kLeftWrist}},
    {kThorax, {kRightShoulder, kRightElbow, kRightWrist}},
    {kLeftHip, {kLeftKnee, kLeftAnkle, -1}},
    {kRightHip, {kRightKnee, kRightAnkle, -1}},
}};

// Two bones whose plane tells the upper one's twist, and what follows them unturned.
struct Limb {
  int upper, lower, tip;  // RigJointIndex; tip -1: none
  Vec3d rest_hinge;       // the axis that turns lower against upper when the limb bends
  bool bends_one_way;     // the hinge never points backwards: what says so is noise
};
constexpr std::array<Limb, 5> kLimbs = {{
    {kRigNeck, kRigHead, -1, kRightward, true},
    {kRigLeftArm, kRigLeftForeArm, kRigLeftHand, kDown, false},
    {kRigRightArm, kRigRightForeArm, kRigRightHand, kUp, false},
    {kRigLeftUpLeg, kRigLeftLeg, kRigLeftFoot, kLeftward, true},
    {kRigRightUpLeg, kRigRightLeg, kRigRightFoot, kLeftward, true},
}};

std::array<int, kSourceCount> SourceIndices(const Skeleton& skeleton) {
  std::array<int, kSourceCount> indices{};
  for (int j = 0; j < kSourceCount; ++j) {
    const std::string& name = Human36m17().joint_names[static_cast<size_t>(j)];
    indices[static_cast<size_t>(j)] = skeleton.IndexOf(name);
    if (indices[static_cast<size_t>(j)] < 0) {
      Fail("an animated skeleton needs the 17 joints of Human3.6M; '{}' has no {}", skeleton.name,
           name);
    }
  }
  return indices;
}

// nullopt where there is no pose.
using Course = std::vector<std::optional<Joints>>;

Course SourceJoints(const Motion& motion, const PersonMotion& person) {
  const auto indices = SourceIndices(motion.skeleton);
  const std::vector<Vec3f> in_world = JointsInWorld(motion, person);
  Course course(static_cast<size_t>(motion.frame_count));
  for (size_t t = 0; t < course.size(); ++t) {
    Joints joints;
    bool is_whole = true;
    for (size_t j = 0; j < joints.size(); ++j) {
      const Vec3f& joint =
          in_world[t * static_cast<size_t>(motion.joint_count()) + static_cast<size_t>(indices[j])];
      is_whole = is_whole && IsFinite(joint);
      joints[j] = {joint.x, joint.z, -static_cast<double>(joint.y)};
    }
    if (is_whole) course[t] = joints;
  }
  return course;
}

// Calls gap(begin, end) for each run of frames without pose.
template <typename Function>
void ForEachGap(const Course& course, Function gap) {
  for (size_t begin = 0; begin < course.size(); ++begin) {
    if (course[begin]) continue;
    size_t end = begin;
    while (end < course.size() && !course[end]) ++end;
    gap(begin, end);
    begin = end;
  }
}

std::vector<bool> FramesThere(const Course& course, double fps) {
  std::vector<bool> is_there(course.size(), true);
  ForEachGap(course, [&](size_t begin, size_t end) {
    if (static_cast<double>(end - begin) <= kLongestShownGap_s * fps) return;
    std::fill(is_there.begin() + static_cast<std::ptrdiff_t>(begin),
              is_there.begin() + static_cast<std::ptrdiff_t>(end), false);
  });
  return is_there;
}

Lengths BoneLengths(const Course& course) {
  Lengths lengths = kOrdinaryLengths_m;
  std::vector<double> seen;
  for (size_t j = 1; j < lengths.size(); ++j) {
    const auto parent = static_cast<size_t>(Human36m17().parents[j]);
    seen.clear();
    for (const auto& joints : course) {
      if (joints) seen.push_back(Norm((*joints)[j] - (*joints)[parent]));
    }
    if (seen.empty()) return lengths;
    const auto middle = seen.begin() + static_cast<std::ptrdiff_t>(seen.size() / 2);
    std::nth_element(seen.begin(), middle, seen.end());
    lengths[j] = *middle;
  }
  Lengths even;
  for (int j = 0; j < kSourceCount; ++j) {
    even[static_cast<size_t>(j)] =
        (lengths[static_cast<size_t>(j)] + lengths[static_cast<size_t>(Human36m17().mirrored(j))]) /
        2;
  }
  return even;
}

Rig MakeRig(const Lengths& lengths) {
  Rig rig;
  for (size_t j = 0; j < kRigJointCount; ++j) {
    const RigJoint& joint = RigJoints()[j];
    if (joint.source_end >= 0) {
      rig.end_m[j] = lengths[static_cast<size_t>(joint.source_end)] * joint.rest_direction;
    }
    if (joint.parent < 0) continue;
    const RigJoint& parent = RigJoints()[static_cast<size_t>(joint.parent)];
    // Spine and shoulders start where their parent, or its bone's end, is.
    rig.offset_m[j] =
        joint.source == parent.source ? Vec3d{} : rig.end_m[static_cast<size_t>(joint.parent)];
  }
  // What no joint tells: hands and feet, in proportion (pose/synthetic_body.h).
  const double hand_m = 0.74 * lengths[kLeftWrist], foot_m = lengths[kLeftAnkle];
  rig.end_m[kRigLeftHand] = hand_m * kLeftward;
  rig.end_m[kRigRightHand] = hand_m * kRightward;
  rig.end_m[kRigLeftFoot] = rig.end_m[kRigRightFoot] = foot_m * Vec3d{0, -0.16, 0.35};
  rig.offset_m[kRigLeftUpLeg] = lengths[kLeftHip] * kLeftward;
  rig.offset_m[kRigRightUpLeg] = lengths[kLeftHip] * kRightward;
  rig.end_m[kRigHips] = {};
  return rig;
}

Joints RestJoints(const Rig& rig, double hip_height_m) {
  RigMotion rest{.rig = rig, .root_in_rig = {{0, hip_height_m, 0}}};
  rest.parent_from_joint.assign(kRigJointCount, {});
  return RigSourceJoints(rest, 0);
}

std::vector<Joints> Filled(const Course& course, const Joints& rest) {
  std::vector<Joints> filled(course.size(), rest);
  for (size_t t = 0; t < course.size(); ++t) {
    if (course[t]) filled[t] = *course[t];
  }
  ForEachGap(course, [&](size_t begin, size_t end) {
    const bool has_before = begin > 0, has_after = end < course.size();
    if (!has_before && !has_after) return;
    const Joints& before = filled[has_before ? begin - 1 : end];
    const Joints& after = filled[has_after ? end : begin - 1];
    for (size_t t = begin; t < end; ++t) {
      const double share =
          static_cast<double>(t - begin + 1) / static_cast<double>(end - begin + 1);
      for (size_t j = 0; j < filled[t].size(); ++j) {
        filled[t][j] = (1 - share) * before[j] + share * after[j];
      }
    }
  });
  return filled;
}

// Of unit length; `otherwise` where there is no direction.
Vec3d DirectionOr(const Vec3d& v, const Vec3d& otherwise) {
  const double norm = Norm(v);
  return norm > 1e-9 ? (1 / norm) * v : otherwise;
}

// With x (y) where the first says and the other axis as near to the second as is square to it;
// `otherwise` where both are on one line.
Quaternion FromXY(const Vec3d& x, const Vec3d& y_about, const Quaternion& otherwise) {
  const Vec3d z = Cross(x, y_about);
  if (Norm(z) < 1e-3 * Norm(x) * Norm(y_about) || Norm(x) < 1e-9) return otherwise;
  const Vec3d unit_x = Normalized(x), unit_z = Normalized(z);
  return FromAxes(unit_x, Cross(unit_z, unit_x), unit_z);
}
Quaternion FromYX(const Vec3d& y, const Vec3d& x_about, const Quaternion& otherwise) {
  const Vec3d z = Cross(x_about, y);
  if (Norm(z) < 1e-3 * Norm(x_about)) return otherwise;
  const Vec3d unit_z = Normalized(z);
  return FromAxes(Cross(y, unit_z), y, unit_z);
}

// Joints p_k = p_k-1 + length_k u_k; minimises sum |p_k - source_k|^2 over the unit vectors u_k.
// All others fixed, the best u_k is along the sum over the joints i >= k of source_i minus where
// p_i would be without this bone; a few rounds suffice, as the source's directions are near the
// answer.
void FitChain(const Chain& chain, const Joints& source, const Lengths& lengths, Joints& fitted) {
  constexpr int kRounds = 4;
  const size_t count = chain.joints[2] < 0 ? 2 : 3;
  std::array<Vec3d, 3> bones;
  for (size_t k = 0; k < count; ++k) {
    const auto joint = static_cast<size_t>(chain.joints[k]);
    const auto parent = static_cast<size_t>(k == 0 ? chain.from : chain.joints[k - 1]);
    bones[k] = lengths[joint] * DirectionOr(source[joint] - source[parent], kUp);
  }
  for (int round = 0; round < kRounds; ++round) {
    for (size_t k = 0; k < count; ++k) {
      Vec3d pull, without = fitted[static_cast<size_t>(chain.from)];
      for (size_t i = 0; i < count; ++i) {
        if (i != k) without = without + bones[i];
        if (i >= k) pull = pull + source[static_cast<size_t>(chain.joints[i])] - without;
      }
      const double length = Norm(bones[k]);
      if (length > 0) bones[k] = length * DirectionOr(pull, (1 / length) * bones[k]);
    }
  }
  Vec3d at = fitted[static_cast<size_t>(chain.from)];
  for (size_t k = 0; k < count; ++k) {
    at = at + bones[k];
    fitted[static_cast<size_t>(chain.joints[k])] = at;
  }
}

// The rotations of one frame, from the rig's frame.
using Turns = std::array<Quaternion, kRigJointCount>;

Vec3d BoneDirection(int rig_joint, const Joints& joints) {
  const RigJoint& joint = RigJoints()[static_cast<size_t>(rig_joint)];
  return DirectionOr(
      joints[static_cast<size_t>(joint.source_end)] - joints[static_cast<size_t>(joint.source)],
      joint.rest_direction);
}

// The bone along `direction`, else as `carrier` takes it.
Quaternion Swung(int rig_joint, const Quaternion& carrier, const Vec3d& direction) {
  const Vec3d carried = Rotate(carrier, RigJoints()[static_cast<size_t>(rig_joint)].rest_direction);
  return Swing(carried, direction) * carrier;
}

Joints FitJoints(const Joints& source, const Lengths& lengths, const Quaternion& rig_from_hips) {
  Joints fitted;
  fitted[kHip] = source[kHip];
  fitted[kLeftHip] = source[kHip] + Rotate(rig_from_hips, lengths[kLeftHip] * kLeftward);
  fitted[kRightHip] = source[kHip] + Rotate(rig_from_hips, lengths[kLeftHip] * kRightward);
  for (const Chain& chain : kChains) FitChain(chain, source, lengths, fitted);
  return fitted;
}

void TurnTrunk(const Joints& source, const Joints& fitted, Turns& turns) {
  const Vec3d hip_line = DirectionOr(source[kLeftHip] - source[kRightHip], kLeftward);
  const Vec3d shoulder_line = DirectionOr(source[kLeftShoulder] - source[kRightShoulder], hip_line);
  const Vec3d spine = BoneDirection(kRigSpine, fitted), chest = BoneDirection(kRigSpine1, fitted);
  turns[kRigSpine] =
      FromYX(spine, hip_line + shoulder_line, Swung(kRigSpine, turns[kRigHips], spine));
  turns[kRigSpine1] = FromYX(chest, shoulder_line, Swung(kRigSpine1, turns[kRigSpine], chest));
  for (const int shoulder : {kRigLeftShoulder, kRigRightShoulder}) {
    turns[static_cast<size_t>(shoulder)] =
        Swung(shoulder, turns[kRigSpine1], BoneDirection(shoulder, fitted));
  }
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

void TurnLimb(const Limb& limb, const std::vector<Joints>& fitted, double fps,
              std::vector<Turns>& turns) {
  const auto parent = static_cast<size_t>(RigJoints()[static_cast<size_t>(limb.upper)].parent);
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
    turns[t][static_cast<size_t>(limb.upper)] = upper;
    turns[t][static_cast<size_t>(limb.lower)] = lower;
    if (limb.tip >= 0) turns[t][static_cast<size_t>(limb.tip)] = lower;
  }
}

// Of the two quaternions of each rotation the one nearer to the frame before.
std::vector<Quaternion> ParentFromJoint(const std::vector<Turns>& turns) {
  std::vector<Quaternion> all;
  all.reserve(turns.size() * kRigJointCount);
  for (const Turns& rig_from : turns) {
    for (size_t j = 0; j < kRigJointCount; ++j) {
      const int parent = RigJoints()[j].parent;
      Quaternion q = rig_from[j];
      if (parent >= 0) q = Inverse(rig_from[static_cast<size_t>(parent)]) * q;
      const Quaternion last =
          all.size() < kRigJointCount ? Quaternion{} : all[all.size() - kRigJointCount];
      const double cosine = q.w * last.w + q.x * last.x + q.y * last.y + q.z * last.z;
      all.push_back(cosine < 0 ? Quaternion{-q.w, -q.x, -q.y, -q.z} : q);
    }
  }
  return all;
}

}  // namespace

const std::array<RigJoint, kRigJointCount>& RigJoints() {
  static constexpr std::array<RigJoint, kRigJointCount> kJoints = {{
      {"Hips", -1, kHip, -1, kUp},
      {"Spine", kRigHips, kHip, kSpine, kUp},
      {"Spine1", kRigSpine, kSpine, kThorax, kUp},
      {"Neck", kRigSpine1, kThorax, kFace, kThoraxToFace},
      {"Head", kRigNeck, kFace, kHeadTop, kFaceToTop},
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

RigMotion FitRig(const Motion& motion, const PersonMotion& person) {
  const Course course = SourceJoints(motion, person);
  const double fps = motion.fps > 0 ? motion.fps : kDefaultFps;
  const Lengths lengths = BoneLengths(course);
  RigMotion result{.rig = MakeRig(lengths),
                   .fps = fps,
                   .frame_count = motion.frame_count,
                   .is_there = FramesThere(course, fps)};
  const double foot_m = -result.rig.end_m[kRigLeftFoot].y;
  const std::vector<Joints> source =
      Filled(course, RestJoints(result.rig, lengths[kLeftKnee] + lengths[kLeftAnkle] + foot_m));

  std::vector<Joints> fitted;
  std::vector<Turns> turns(source.size());
  for (size_t t = 0; t < source.size(); ++t) {
    const Joints& joints = source[t];
    const Quaternion last = t > 0 ? turns[t - 1][kRigHips] : Quaternion{};
    turns[t][kRigHips] =
        FromXY(joints[kLeftHip] - joints[kRightHip], joints[kSpine] - joints[kHip], last);
    fitted.push_back(FitJoints(joints, lengths, turns[t][kRigHips]));
    TurnTrunk(joints, fitted.back(), turns[t]);
    result.root_in_rig.push_back(joints[kHip]);
  }
  for (const Limb& limb : kLimbs) TurnLimb(limb, fitted, fps, turns);
  result.parent_from_joint = ParentFromJoint(turns);
  return result;
}

std::array<RigPlacement, kRigJointCount> PlaceRig(const RigMotion& motion, int64_t frame) {
  std::array<RigPlacement, kRigJointCount> placed;
  const Quaternion* parent_from_joint = motion.frame(frame);
  placed[kRigHips] = {motion.root_in_rig[static_cast<size_t>(frame)], parent_from_joint[kRigHips]};
  for (size_t j = 1; j < kRigJointCount; ++j) {
    const RigPlacement& parent = placed[static_cast<size_t>(RigJoints()[j].parent)];
    placed[j] = {parent.position_in_rig + Rotate(parent.rig_from_joint, motion.rig.offset_m[j]),
                 parent.rig_from_joint * parent_from_joint[j]};
  }
  return placed;
}

std::array<Vec3d, 17> RigSourceJoints(const RigMotion& motion, int64_t frame) {
  const auto placed = PlaceRig(motion, frame);
  Joints joints;
  for (size_t j = 0; j < kRigJointCount; ++j) {
    const RigJoint& joint = RigJoints()[j];
    joints[static_cast<size_t>(joint.source)] = placed[j].position_in_rig;
    if (joint.source_end < 0) continue;
    joints[static_cast<size_t>(joint.source_end)] =
        placed[j].position_in_rig + Rotate(placed[j].rig_from_joint, motion.rig.end_m[j]);
  }
  return joints;
}

}  // namespace videopose

// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>

#include "videopose/geometry/angle.h"
#include "videopose/pose.h"

namespace videopose {

using namespace internal;
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
// Beyond that an angle starts anew, with a jump, rather than stay wound up for good.
constexpr double kMostWound_deg = 270;

constexpr std::array<std::string_view, 29> kNames = {
    "left_hip_flexion",        "right_hip_flexion",
    "left_hip_abduction",      "right_hip_abduction",
    "left_hip_rotation",       "right_hip_rotation",
    "left_knee_flexion",       "right_knee_flexion",
    "left_shoulder_elevation", "right_shoulder_elevation",
    "left_shoulder_flexion",   "right_shoulder_flexion",
    "left_shoulder_abduction", "right_shoulder_abduction",
    "left_shoulder_rotation",  "right_shoulder_rotation",
    "left_elbow_flexion",      "right_elbow_flexion",
    "left_ankle_dorsiflexion", "right_ankle_dorsiflexion",
    "left_ankle_inversion",    "right_ankle_inversion",
    "left_wrist_flexion",      "right_wrist_flexion",
    "left_wrist_deviation",    "right_wrist_deviation",
    "trunk_flexion",           "trunk_bending",
    "trunk_rotation"};
enum Kind {
  kHip = 0,
  kKnee = 6,
  kShoulder = 8,
  kElbow = 16,
  kAnkle = 18,
  kWrist = 22,
  kTrunk = 26
};
// Straight up any turn brings the hanging arm there by the shortest way.
constexpr double kMostElevationForRotation_deg = 150;

// x forward, y up, z to the right.
struct BodyFrame {
  Vec3d x, y, z;
};
Vec3d InFrame(const BodyFrame& frame, const Vec3d& v) {
  return {Dot(frame.x, v), Dot(frame.y, v), Dot(frame.z, v)};
}
// Left limbs are mirrored, so that both sides are computed as right ones.
Vec3d AsRight(const BodyFrame& frame, const Vec3d& v, Side side) {
  Vec3d in_frame = InFrame(frame, v);
  if (side == Side::kLeft) in_frame.z = -in_frame.z;
  return in_frame;
}

Vec3d SquareTo(const Vec3d& axis, const Vec3d& v) { return v - Dot(axis, v) * axis; }

double AngleBetween_deg(const Vec3d& a, const Vec3d& b) {
  return DegreesFromRadians(AngleBetween_rad(a, b));
}

double ArcSine_deg(double sine) {
  return DegreesFromRadians(std::asin(std::clamp(sine, -1.0, 1.0)));
}

// The value that is nearest to `previous` of those that are whole turns apart.
double Continued(double value_deg, double previous_deg) {
  if (!std::isfinite(previous_deg)) return value_deg;
  const double wound = value_deg + 360 * std::round((previous_deg - value_deg) / 360);
  return std::abs(wound) <= kMostWound_deg ? wound : value_deg;
}
double Distance(double a, double b) {
  return std::isfinite(a) && std::isfinite(b) ? std::abs(a - b) : 0;
}

struct Angles3 {
  double flexion = kUnknown, abduction = kUnknown, rotation = kUnknown;
};
double Distance(const Angles3& a, const Angles3& b) {
  return Distance(a.flexion, b.flexion) + Distance(a.abduction, b.abduction) +
         Distance(a.rotation, b.rotation);
}
Angles3 Continued(const Angles3& value, const Angles3& previous) {
  return {Continued(value.flexion, previous.flexion),
          Continued(value.abduction, previous.abduction),
          Continued(value.rotation, previous.rotation)};
}

// Cardan angles of the child's axes in the parent's frame, R = Rz(alpha) Rx(beta) Ry(gamma):
//   y' = (-sin alpha cos beta, cos alpha cos beta, sin beta)
//   x'.z = -cos beta sin gamma,   z'.z = cos beta cos gamma
// as alpha, beta, gamma. x' unknown (NaN): gamma is, too.
Vec3d CardanZxy(const Vec3d& y_axis, const Vec3d& x_axis) {
  const Vec3d z_axis = Cross(x_axis, y_axis);
  return DegreesFromRadians(Vec3d{std::atan2(-y_axis.x, y_axis.y),
                                  std::asin(std::clamp(y_axis.z, -1.0, 1.0)),
                                  std::atan2(-x_axis.z, z_axis.z)});
}

// Where the limb beyond bends to, square to `bone`; NaN where it is too straight to tell.
Vec3d BendOf(const Vec3d& bone, const Vec3d& beyond) {
  const Vec3d bend = SquareTo(bone, beyond);
  const bool is_bent =
      AngleBetween_deg(bone, beyond) >= kLeastBendForRotation_deg && Norm(bend) > 1e-9;
  return is_bent ? Normalized(bend) : Vec3d{kUnknown, kUnknown, kUnknown};
}

// Thigh and shank in the pelvis' frame, as of a right leg. The knee bends backwards.
Angles3 HipAngles(const Vec3d& thigh, const Vec3d& shank, const Angles3& previous) {
  const Vec3d cardan = CardanZxy(-thigh, -BendOf(thigh, shank));
  const Angles3 principal = Continued({cardan.x, -cardan.y, cardan.z}, previous);
  // The same rotation from the singularity's other side.
  const Angles3 other = Continued(
      {cardan.x + (cardan.x > 0 ? -180 : 180), (principal.abduction > 0 ? 180 : -180) + cardan.y,
       cardan.z + (cardan.z > 0 ? -180 : 180)},
      previous);
  const bool is_nearer = std::abs(other.abduction) <= kMostWound_deg / 2 &&
                         Distance(other, previous) < Distance(principal, previous);
  return is_nearer ? other : principal;
}

// v turned by the shortest way that brings a to b, all of unit length (Rodrigues).
Vec3d ShortestTurn(const Vec3d& a, const Vec3d& b, const Vec3d& v) {
  const double reach = std::max(1 + Dot(a, b), 1e-9);
  return v - (Dot(a + b, v) / reach) * (a + b) + 2 * Dot(a, v) * b;
}

struct ShoulderAngles {
  double elevation = kUnknown, flexion = kUnknown, abduction = kUnknown, rotation = kUnknown;
};

// An angle that goes all the way round jumps, or winds up. No shoulder turns by more than 120
// degrees: what lies beyond, where only errors go, comes back to 0 at 180 from both sides.
double FoldedRotation_deg(double turn_deg) {
  constexpr double kMost_deg = 120, kWayBack = kMost_deg / (180 - kMost_deg);
  const double beyond = std::abs(turn_deg) - kMost_deg;
  return beyond > 0 ? std::copysign(kMost_deg - kWayBack * beyond, turn_deg) : turn_deg;
}

// Upper arm and forearm in the thorax' frame, as of a right arm. The elbow bends forwards.
ShoulderAngles MeasureShoulder(const Vec3d& arm, const Vec3d& forearm) {
  constexpr Vec3d kHanging{0, -1, 0};
  ShoulderAngles angles{.elevation = AngleBetween_deg(kHanging, arm),
                        .flexion = ArcSine_deg(arm.x),
                        .abduction = ArcSine_deg(arm.z)};
  if (angles.elevation > kMostElevationForRotation_deg) return angles;
  const Vec3d bend = BendOf(arm, forearm);
  const double inward = -Dot(bend, ShortestTurn(kHanging, arm, {0, 0, 1}));
  const double forward = Dot(bend, ShortestTurn(kHanging, arm, {1, 0, 0}));
  angles.rotation = FoldedRotation_deg(DegreesFromRadians(std::atan2(inward, forward)));
  return angles;
}

// Dorsiflexion and inversion of a foot, as of a right one, whose shank's axis points up. A foot is
// a plane through ankle, heel and toe; its axis to the right is square to it.
std::array<double, 2> AnkleAngles(const Vec3d& shank_up, const Vec3d& heel_to_toe,
                                  const Vec3d& heel_to_ankle, Side side) {
  const Vec3d right = Normalized(Cross(heel_to_toe, heel_to_ankle));
  const double inward = side == Side::kLeft ? 1 : -1;
  return {ArcSine_deg(Dot(heel_to_toe, shank_up)), inward * ArcSine_deg(Dot(right, shank_up))};
}

// Flexion and ulnar deviation: the forearm in the frame of the hand, which goes from the wrist to
// between both knuckles. Bent towards the palm, the forearm's direction is on the hand's back.
std::array<double, 2> WristAngles(const Vec3d& forearm, const Vec3d& to_index,
                                  const Vec3d& to_pinky, Side side) {
  const Vec3d hand = Normalized(to_index + to_pinky);
  const Vec3d thumb = Normalized(SquareTo(hand, to_index - to_pinky));
  const Vec3d palm = side == Side::kLeft ? Cross(hand, thumb) : Cross(thumb, hand);
  return {DegreesFromRadians(std::atan2(-Dot(forearm, palm), Dot(forearm, hand))),
          ArcSine_deg(Dot(forearm, thumb))};
}

// Which joints are where; -1 where the skeleton has none of that name.
struct Limb {
  int top, middle, end;
};
struct BodyJoints {
  explicit BodyJoints(const Skeleton& skeleton)
      : hip(skeleton.IndexOf("hip")),
        thorax(skeleton.IndexOf("thorax")),
        spine(skeleton.IndexOf("spine")) {
    for (const Side side : {Side::kLeft, Side::kRight}) {
      const auto index = [&](const std::string& name) {
        return skeleton.IndexOf((side == Side::kLeft ? "left_" : "right_") + name);
      };
      const size_t i = side == Side::kLeft ? 0 : 1;
      legs[i] = {index("hip"), index("knee"), index("ankle")};
      arms[i] = {index("shoulder"), index("elbow"), index("wrist")};
      feet[i] = {index("ankle"), index("heel"), index("toe")};
      hands[i] = {index("wrist"), index("index"), index("pinky")};
    }
  }
  int hip, thorax, spine;
  std::array<Limb, 2> legs, arms;
  struct End {
    int base, first, second;
  };
  std::array<End, 2> feet, hands;
};

// One person, frame after frame.
class AngleMeter {
 public:
  explicit AngleMeter(const Skeleton& skeleton) : joints_(skeleton) {}

  std::array<double, kNames.size()> Measure(std::span<const Vec3f> frame) {
    frame_ = frame;
    std::array<double, kNames.size()> angles;
    angles.fill(kUnknown);
    const BodyFrame pelvis = Pelvis(), thorax = Thorax();
    for (size_t i = 0; i < 2; ++i) {
      const Side side = i == 0 ? Side::kLeft : Side::kRight;
      const Limb& leg = joints_.legs[i];
      const Vec3d thigh = Bone(leg.top, leg.middle), shank = Bone(leg.middle, leg.end);
      hips_[i] = HipAngles(AsRight(pelvis, thigh, side), AsRight(pelvis, shank, side), hips_[i]);
      Put({hips_[i].flexion, hips_[i].abduction, hips_[i].rotation}, kHip + i, angles);
      angles[kKnee + i] = AngleBetween_deg(thigh, shank);
      const Limb& arm = joints_.arms[i];
      const Vec3d upper = Bone(arm.top, arm.middle), fore = Bone(arm.middle, arm.end);
      const ShoulderAngles shoulder =
          MeasureShoulder(AsRight(thorax, upper, side), AsRight(thorax, fore, side));
      Put({shoulder.elevation, shoulder.flexion, shoulder.abduction, shoulder.rotation},
          kShoulder + i, angles);
      angles[kElbow + i] = AngleBetween_deg(upper, fore);
      const BodyJoints::End& foot = joints_.feet[i];
      const auto ankle =
          AnkleAngles(-shank, Bone(foot.first, foot.second), Bone(foot.first, foot.base), side);
      Put({ankle[0], ankle[1]}, kAnkle + i, angles);
      const BodyJoints::End& hand = joints_.hands[i];
      const auto wrist =
          WristAngles(fore, Bone(hand.base, hand.first), Bone(hand.base, hand.second), side);
      Put({wrist[0], wrist[1]}, kWrist + i, angles);
    }
    const Vec3d trunk = CardanZxy(InFrame(pelvis, thorax.y), InFrame(pelvis, thorax.x));
    angles[kTrunk] = -trunk.x;
    angles[kTrunk + 1] = trunk.y;
    angles[kTrunk + 2] = trunk.z;
    return angles;
  }

 private:
  // Left and right take turns.
  static void Put(std::initializer_list<double> from, size_t first,
                  std::array<double, kNames.size()>& to) {
    for (const double angle : from) {
      to[first] = angle;
      first += 2;
    }
  }
  // Unit length; NaN where a joint is missing or both are in one place.
  Vec3d Bone(int from, int to) const {
    if (from < 0 || to < 0) return {kUnknown, kUnknown, kUnknown};
    const Vec3f v = frame_[static_cast<size_t>(to)] - frame_[static_cast<size_t>(from)];
    return Normalized(Vec3d{v.x, v.y, v.z});
  }
  BodyFrame Pelvis() const {
    const Vec3d z = Bone(joints_.legs[0].top, joints_.legs[1].top);
    const int above = joints_.spine >= 0 ? joints_.spine : joints_.thorax;
    const Vec3d y = Normalized(SquareTo(z, Bone(joints_.hip, above)));
    return {Cross(y, z), y, z};
  }
  BodyFrame Thorax() const {
    const int below = joints_.spine >= 0 ? joints_.spine : joints_.hip;
    const Vec3d y = Bone(below, joints_.thorax);
    const Vec3d z = Normalized(SquareTo(y, Bone(joints_.arms[0].top, joints_.arms[1].top)));
    return {Cross(y, z), y, z};
  }

  BodyJoints joints_;
  std::span<const Vec3f> frame_;
  std::array<Angles3, 2> hips_;  // of the frame before
};

}  // namespace

std::span<const std::string_view> JointAngleNames() { return kNames; }

std::vector<float> JointAnglesOf(const Motion& motion, const PersonMotion& person) {
  std::vector<float> result;
  result.reserve(static_cast<size_t>(motion.frame_count) * kNames.size());
  AngleMeter meter(motion.skeleton);
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    for (const double angle : meter.Measure(person.frame(t))) {
      result.push_back(static_cast<float>(angle));
    }
  }
  return result;
}

}  // namespace videopose

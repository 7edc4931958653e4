// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/rig_ends.h"

#include <algorithm>
#include <span>
#include <utility>

#include "videopose/base/gaps.h"
#include "videopose/base/statistics.h"
#include "videopose/export/joint_course.h"
#include "videopose/geometry/rotation_vector.h"
#include "videopose/ground/world.h"

namespace videopose::internal {
namespace {

struct EndJoints {
  int base, first, second;  // ankle, heel, toe or wrist and knuckles
};

// By kRigEnds.
std::array<EndJoints, kRigEnds.size()> JointsOfEnds(const Skeleton& skeleton) {
  const auto of = [&](const char* base, const char* first, const char* second) {
    return EndJoints{skeleton.IndexOf(base), skeleton.IndexOf(first), skeleton.IndexOf(second)};
  };
  return {of("left_ankle", "left_heel", "left_toe"), of("right_ankle", "right_heel", "right_toe"),
          of("left_wrist", "left_index", "left_pinky"),
          of("right_wrist", "right_index", "right_pinky")};
}

// z along the sole, y to the ankle as far as square to it.
Quaternion TurnOfFoot(const Vec3d& ankle, const Vec3d& heel, const Vec3d& toe) {
  const Vec3d z = DirectionOr(toe - heel, {0, 0, 1});
  const Vec3d x = DirectionOr(Cross(ankle - heel, z), kLeftwardInRig);
  return FromAxes(x, Cross(z, x), z);
}

// At rest the palm looks down, the fingers point to `out` and the thumb forward.
Quaternion TurnOfHand(const Vec3d& wrist, const Vec3d& index, const Vec3d& pinky, double out) {
  const Vec3d x = out * DirectionOr(index + pinky - 2.0 * wrist, out * kLeftwardInRig);
  const Vec3d thumb = index - pinky;
  const Vec3d z = DirectionOr(thumb - Dot(thumb, x) * x, {0, 0, 1});
  return FromAxes(x, Cross(z, x), z);
}

std::vector<Quaternion> WithoutGaps(const std::vector<std::optional<Quaternion>>& turns) {
  std::vector<Quaternion> filled;
  filled.reserve(turns.size());
  for (const auto& turn : turns) filled.push_back(turn.value_or(Quaternion()));
  FillGaps(
      std::span(filled), [&](int64_t t) { return turns[t].has_value(); }, Between);
  return filled;
}

}  // namespace

std::optional<RigEnds> ReadEnds(const Motion& motion, const PersonMotion& person) {
  const auto ends = JointsOfEnds(motion.skeleton);
  for (const EndJoints& end : ends) {
    if (std::min({end.base, end.first, end.second}) < 0) return std::nullopt;
  }
  const JointTrack<Vec3f> in_world = JointsInWorld(motion, person);
  std::array<std::vector<std::optional<Quaternion>>, kRigEnds.size()> turns;
  std::vector<double> toe_up_m, toe_ahead_m;
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    for (size_t e = 0; e < ends.size(); ++e) {
      const Vec3d base = InRig(in_world.at(t, ends[e].base)),
                  first = InRig(in_world.at(t, ends[e].first)),
                  second = InRig(in_world.at(t, ends[e].second));
      auto& turn = turns[e].emplace_back();
      if (!IsFinite(base) || !IsFinite(first) || !IsFinite(second)) continue;
      const bool is_foot = kRigEnds[e] == kRigLeftFoot || kRigEnds[e] == kRigRightFoot;
      turn = is_foot ? TurnOfFoot(base, first, second)
                     : TurnOfHand(base, first, second, kRigEnds[e] == kRigLeftHand ? 1 : -1);
      if (!is_foot) continue;
      const Vec3d toe = Rotate(Inverse(*turn), second - base);
      toe_up_m.push_back(toe.y);
      toe_ahead_m.push_back(toe.z);
    }
  }
  if (toe_up_m.empty()) return std::nullopt;
  RigEnds result{.toe_m = {0, Median(std::move(toe_up_m)), Median(std::move(toe_ahead_m))}};
  for (size_t e = 0; e < ends.size(); ++e) result.rig_from_joint[e] = WithoutGaps(turns[e]);
  return result;
}

}  // namespace videopose::internal

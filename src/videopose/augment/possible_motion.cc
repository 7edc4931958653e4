// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/possible_motion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "videopose/geometry.h"
#include "videopose/geometry/angle.h"

namespace videopose::internal {
namespace {

constexpr double kDegPerRad = kDegreesPerRadian;
constexpr std::array<const char*, 2> kSides = {"left", "right"};
constexpr std::array<const char*, 4> kBones = {"thigh", "shank", "upper arm", "forearm"};

// The extremes of one bone's length, over all frames.
struct Length {
  std::string name;
  std::string from, to;  // joints
  Range metres = {1e300, 0};
};

std::vector<Length> MeasureBones(const BvhClip& clip, const BodyMap& map) {
  std::vector<Length> bones;
  for (size_t s = 0; s < 2; ++s) {
    const BodyMap::Limbs& side = map.sides[s];
    const std::array<std::pair<std::string, std::string>, 4> joints = {{{side.hip, side.knee},
                                                                        {side.knee, side.ankle},
                                                                        {side.shoulder, side.elbow},
                                                                        {side.elbow, side.wrist}}};
    for (size_t b = 0; b < joints.size(); ++b) {
      bones.push_back(
          {fmt::format("{} {}", kSides[s], kBones[b]), joints[b].first, joints[b].second});
    }
  }
  for (int64_t t = 0; t < clip.frame_count; ++t) {
    const std::vector<Rigid3d> placed = PlaceJoints(clip, t);
    const auto at = [&](const std::string& joint) -> const Vec3d& {
      return placed[static_cast<size_t>(clip.IndexOf(joint))].translation;
    };
    for (Length& bone : bones) {
      const double metres = map.metres_per_unit * Norm(at(bone.to) - at(bone.from));
      bone.metres = {std::min(bone.metres.least, metres), std::max(bone.metres.most, metres)};
    }
  }
  return bones;
}

double TrunkOf(const BvhClip& clip, const BodyMap& map) {
  const std::vector<Rigid3d> placed = PlaceJoints(clip, 0);
  const auto at = [&](const std::string& joint) {
    return placed[static_cast<size_t>(clip.IndexOf(joint))].translation;
  };
  const Vec3d root = 0.5 * (at(map.sides[0].hip) + at(map.sides[1].hip));
  const Vec3d base = at(map.trunk_base);
  const double scale = map.trunk_scale * map.trunk_stretch;
  return map.metres_per_unit * Norm(base + scale * (at(map.trunk_top) - base) - root);
}

// The directions of thighs, shanks, upper arms and forearms in the world.
std::array<Vec3d, 8> LimbsInWorld(const BodyFrame& frame) {
  const Quaternion& pelvis = frame.world_from_pelvis;
  const Quaternion chest = pelvis * frame.pelvis_from_chest;
  std::array<Vec3d, 8> limbs;
  for (size_t s = 0; s < 2; ++s) {
    limbs[4 * s] = Rotate(pelvis, frame.thigh[s]);
    limbs[4 * s + 1] = Rotate(pelvis, frame.shank[s]);
    limbs[4 * s + 2] = Rotate(chest, frame.upper_arm[s]);
    limbs[4 * s + 3] = Rotate(chest, frame.forearm[s]);
  }
  return limbs;
}

std::string WhyTooFast(const BodyMotion& motion, const MotionLimits& limits) {
  for (size_t t = 2; t < motion.frames.size(); ++t) {
    const BodyFrame &before = motion.frames[t - 1], &now = motion.frames[t];
    const double speed_m_s = motion.fps * Norm(now.root_in_world - before.root_in_world);
    if (!(speed_m_s <= limits.root_m_s)) {
      return fmt::format("a speed of {:.0f} m/s in frame {}", speed_m_s, t);
    }
    const auto a = LimbsInWorld(before), b = LimbsInWorld(now);
    for (size_t i = 0; i < a.size(); ++i) {
      const double turn_rad = std::atan2(Norm(Cross(a[i], b[i])), Dot(a[i], b[i]));
      const double speed_deg_s = kDegPerRad * turn_rad * motion.fps;
      if (!(speed_deg_s <= limits.limb_deg_s)) {
        return fmt::format("a {} {} that turns by {:.0f} degrees a second in frame {}",
                           kSides[i / 4], kBones[i % 4], speed_deg_s, t);
      }
    }
  }
  return "";
}

}  // namespace

std::string WhyImpossible(const BvhClip& clip, const BodyMap& map, const BodyMotion& motion,
                          const MotionLimits& limits) {
  for (const Length& bone : MeasureBones(clip, map)) {
    const Range& metres = bone.metres;
    if (!(metres.least >= limits.bone_m.least && metres.most <= limits.bone_m.most)) {
      const bool is_short = metres.least < limits.bone_m.least;
      return fmt::format("a {} of {:.3g} m", bone.name, is_short ? metres.least : metres.most);
    }
    if (metres.most > limits.most_growth * metres.least) {
      return fmt::format("a {} that is {:.2f} and {:.2f} m long", bone.name, metres.least,
                         metres.most);
    }
  }
  const double trunk_m = TrunkOf(clip, map);
  if (!(trunk_m >= limits.trunk_m.least && trunk_m <= limits.trunk_m.most)) {
    return fmt::format("a trunk of {:.3g} m", trunk_m);
  }
  return WhyTooFast(motion, limits);
}

}  // namespace videopose::internal

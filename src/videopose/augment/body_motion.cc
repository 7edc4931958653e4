// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/body_motion.h"

#include <algorithm>
#include <cmath>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

Vec3d Mix(const Vec3d& a, const Vec3d& b, double part) { return (1 - part) * a + part * b; }

Vec3d MixDirections(const Vec3d& a, const Vec3d& b, double part) {
  const Vec3d mixed = Mix(a, b, part);
  return Norm(mixed) > 1e-6 ? Normalized(mixed) : a;
}

Quaternion Mix(const Quaternion& a, const Quaternion& b, double part) {
  const double sign = a.w * b.w + a.x * b.x + a.y * b.y + a.z * b.z < 0 ? -1 : 1;
  const double p = 1 - part, q = sign * part;
  Quaternion mixed = {p * a.w + q * b.w, p * a.x + q * b.x, p * a.y + q * b.y, p * a.z + q * b.z};
  const double norm =
      std::sqrt(mixed.w * mixed.w + mixed.x * mixed.x + mixed.y * mixed.y + mixed.z * mixed.z);
  if (norm < 1e-9) return a;
  return {mixed.w / norm, mixed.x / norm, mixed.y / norm, mixed.z / norm};
}

Vec3d MirrorX(const Vec3d& v) { return {-v.x, v.y, v.z}; }
Quaternion MirrorX(const Quaternion& q) { return {q.w, q.x, -q.y, -q.z}; }

// A part's axes in the world, from its joint's rotation.
Quaternion WorldFromPart(const BodyMap::Part& part, const Rigid3d& joint) {
  const Vec3d left = Rotate(joint.rotation, part.left), up = Rotate(joint.rotation, part.up);
  return FromAxes(left, up, Cross(left, up));
}

// One BVH skeleton seen through a map.
class Mapper {
 public:
  Mapper(const BvhClip& clip, const BodyMap& map) : clip_(clip), map_(map) {
    pelvis_ = Find(map.pelvis.joint);
    chest_ = Find(map.chest.joint);
    head_ = Find(map.head.joint);
    base_ = Find(map.trunk_base);
    top_ = Find(map.trunk_top);
    if (map.spine) spine_ = Find(*map.spine);
    if (map.neck) neck_ = Find(*map.neck);
    for (size_t s = 0; s < 2; ++s) {
      const BodyMap::Limbs& side = map.sides[s];
      limbs_[s] = {Find(side.hip),      Find(side.knee),  Find(side.ankle),
                   Find(side.shoulder), Find(side.elbow), Find(side.wrist)};
    }
    MeasureRest();
  }

  BodyFrame Frame(int64_t t) const {
    const std::vector<Rigid3d> placed = PlaceJoints(clip_, t);
    const auto at = [&](size_t joint) { return placed[joint].translation; };
    BodyFrame frame;
    const Vec3d root = 0.5 * (at(limbs_[0][0]) + at(limbs_[1][0]));
    frame.root_in_world = map_.metres_per_unit * root;
    frame.world_from_pelvis = WorldFromPart(map_.pelvis, placed[pelvis_]);
    const Quaternion pelvis_from_world = Inverse(frame.world_from_pelvis);
    const Quaternion world_from_chest = WorldFromPart(map_.chest, placed[chest_]);
    const Quaternion chest_from_world = Inverse(world_from_chest);
    const Vec3d end = TrunkEnd(at(base_), at(top_));
    frame.trunk = (1 / trunk_length_) * Rotate(pelvis_from_world, Stretched(at(base_), end) - root);
    frame.spine = spine_ ? (1 / spine_length_) * Rotate(pelvis_from_world, at(*spine_) - root)
                         : HalfBent(frame.trunk);
    frame.pelvis_from_chest = pelvis_from_world * world_from_chest;
    frame.chest_from_head = chest_from_world * WorldFromPart(map_.head, placed[head_]);
    frame.neck = neck_ ? (1 / neck_length_) * Rotate(chest_from_world, at(*neck_) - end)
                       : Vec3d{0, 0.9955, 0.0945};
    for (size_t s = 0; s < 2; ++s) {
      const auto direction = [&](const Quaternion& part, size_t from, size_t to) {
        const Vec3d bone = at(limbs_[s][to]) - at(limbs_[s][from]);
        return Norm(bone) > 1e-9 ? Rotate(part, Normalized(bone)) : Vec3d{0, -1, 0};
      };
      frame.thigh[s] = direction(pelvis_from_world, 0, 1);
      frame.shank[s] = direction(pelvis_from_world, 1, 2);
      frame.upper_arm[s] = direction(chest_from_world, 3, 4);
      frame.forearm[s] = direction(chest_from_world, 4, 5);
      frame.shoulder[s] =
          map_.moving_shoulders
              ? (1 / shoulder_length_) * Rotate(chest_from_world, at(limbs_[s][3]) - end)
              : Vec3d{s == 0 ? 0.968 : -0.968, 0.245, -0.05};
    }
    return frame;
  }

 private:
  size_t Find(const std::string& name) const {
    const int joint = clip_.IndexOf(name);
    if (joint < 0) Fail("no joint '{}', which the map '{}' names", name, map_.name);
    return static_cast<size_t>(joint);
  }
  // Where the shoulders branch off in the file.
  Vec3d TrunkEnd(const Vec3d& base, const Vec3d& top) const {
    const double scale = map_.trunk_scale;
    return {std::lerp(base.x, top.x, scale), std::lerp(base.y, top.y, scale),
            std::lerp(base.z, top.z, scale)};
  }
  // The lower half of a spine that bends evenly: a chord of half the turn.
  Vec3d HalfBent(const Vec3d& trunk) const {
    return Norm(trunk) * MixDirections(trunk_at_rest_, trunk, 0.5);
  }
  // And where it would in a trunk of the right length.
  Vec3d Stretched(const Vec3d& base, const Vec3d& end) const {
    return base + map_.trunk_stretch * (end - base);
  }
  // Lengths with all rotations at zero.
  void MeasureRest() {
    BvhClip rest = clip_;
    rest.frame_count = 1;
    rest.values.assign(static_cast<size_t>(clip_.channel_count), 0);
    // A joint with position channels stands where they say: at rest, where its offset says.
    for (const BvhJoint& joint : rest.joints) {
      if (joint.parent < 0) continue;
      for (size_t c = 0; c < joint.channels.size(); ++c) {
        const auto channel = static_cast<size_t>(joint.channels[c]);
        if (channel < 3) {
          rest.values[static_cast<size_t>(joint.first_channel) + c] =
              static_cast<float>(joint.offset[channel]);
        }
      }
    }
    const std::vector<Rigid3d> placed = PlaceJoints(rest, 0);
    const auto at = [&](size_t joint) { return placed[joint].translation; };
    const Vec3d end = TrunkEnd(at(base_), at(top_));
    const Vec3d root = 0.5 * (at(limbs_[0][0]) + at(limbs_[1][0]));
    const Vec3d trunk = Stretched(at(base_), end) - root;
    trunk_length_ = Norm(trunk);
    if (spine_) spine_length_ = Norm(at(*spine_) - root);
    shoulder_length_ = 0.5 * (Norm(at(limbs_[0][3]) - end) + Norm(at(limbs_[1][3]) - end));
    neck_length_ = neck_ ? Norm(at(*neck_) - end) : 1;
    if (!(trunk_length_ > 0 && spine_length_ > 0 && shoulder_length_ > 0 && neck_length_ > 0)) {
      Fail("trunk, spine, neck or shoulders of the map '{}' have no length", map_.name);
    }
    const Quaternion world_from_pelvis = WorldFromPart(map_.pelvis, placed[pelvis_]);
    trunk_at_rest_ = (1 / trunk_length_) * Rotate(Inverse(world_from_pelvis), trunk);
  }

  const BvhClip& clip_;
  const BodyMap& map_;
  size_t pelvis_ = 0, chest_ = 0, head_ = 0, base_ = 0, top_ = 0;
  std::optional<size_t> spine_, neck_;
  std::array<std::array<size_t, 6>, 2> limbs_{};
  double trunk_length_ = 1, spine_length_ = 1, shoulder_length_ = 1, neck_length_ = 1;
  Vec3d trunk_at_rest_{0, 1, 0};  // in the pelvis
};

}  // namespace

BodyFrame Blend(const BodyFrame& a, const BodyFrame& b, double part) {
  BodyFrame frame;
  frame.root_in_world = Mix(a.root_in_world, b.root_in_world, part);
  frame.world_from_pelvis = Mix(a.world_from_pelvis, b.world_from_pelvis, part);
  frame.trunk = Mix(a.trunk, b.trunk, part);
  frame.spine = Mix(a.spine, b.spine, part);
  frame.pelvis_from_chest = Mix(a.pelvis_from_chest, b.pelvis_from_chest, part);
  frame.neck = Mix(a.neck, b.neck, part);
  frame.chest_from_head = Mix(a.chest_from_head, b.chest_from_head, part);
  for (size_t s = 0; s < 2; ++s) {
    frame.thigh[s] = MixDirections(a.thigh[s], b.thigh[s], part);
    frame.shank[s] = MixDirections(a.shank[s], b.shank[s], part);
    frame.shoulder[s] = Mix(a.shoulder[s], b.shoulder[s], part);
    frame.upper_arm[s] = MixDirections(a.upper_arm[s], b.upper_arm[s], part);
    frame.forearm[s] = MixDirections(a.forearm[s], b.forearm[s], part);
  }
  return frame;
}

BodyFrame Mirrored(const BodyFrame& frame) {
  BodyFrame mirrored;
  mirrored.root_in_world = MirrorX(frame.root_in_world);
  mirrored.world_from_pelvis = MirrorX(frame.world_from_pelvis);
  mirrored.trunk = MirrorX(frame.trunk);
  mirrored.spine = MirrorX(frame.spine);
  mirrored.pelvis_from_chest = MirrorX(frame.pelvis_from_chest);
  mirrored.neck = MirrorX(frame.neck);
  mirrored.chest_from_head = MirrorX(frame.chest_from_head);
  for (size_t s = 0; s < 2; ++s) {
    mirrored.thigh[s] = MirrorX(frame.thigh[1 - s]);
    mirrored.shank[s] = MirrorX(frame.shank[1 - s]);
    mirrored.shoulder[s] = MirrorX(frame.shoulder[1 - s]);
    mirrored.upper_arm[s] = MirrorX(frame.upper_arm[1 - s]);
    mirrored.forearm[s] = MirrorX(frame.forearm[1 - s]);
  }
  return mirrored;
}

BodyFrame BodyMotion::At(double time_s) const {
  const double last = static_cast<double>(frames.size() - 1);
  if (last == 0) return frames.front();
  double at = std::fmod(std::abs(time_s * fps), 2 * last);
  if (at > last) at = 2 * last - at;
  const auto before = static_cast<size_t>(std::min(std::floor(at), last - 1));
  return Blend(frames[before], frames[before + 1], at - static_cast<double>(before));
}

std::array<Vec3d, kBodyPoints> PlaceBody(const BodyFrame& frame, const BodyShape& shape) {
  const Quaternion& pelvis = frame.world_from_pelvis;
  const Quaternion chest = pelvis * frame.pelvis_from_chest;
  const Quaternion head = chest * frame.chest_from_head;
  const Vec3d& root = frame.root_in_world;
  const Vec3d to_left_hip = shape.half_hips * Rotate(pelvis, {1, 0, 0});
  const Vec3d top = root + shape.trunk * Rotate(pelvis, frame.trunk);
  const Vec3d neck_base = top + shape.neck * Rotate(chest, frame.neck);

  std::array<Vec3d, kBodyPoints> points;
  points[h36m17::kHip] = root;
  const auto limb = [&](size_t first, const Vec3d& start, const Quaternion& part,
                        const Vec3d& upper, double upper_length, const Vec3d& lower,
                        double lower_length) {
    points[first] = start;
    points[first + 1] = start + upper_length * Rotate(part, upper);
    points[first + 2] = points[first + 1] + lower_length * Rotate(part, lower);
  };
  for (size_t s = 0; s < 2; ++s) {
    limb(s == 0 ? h36m17::kLeftHip : h36m17::kRightHip,
         s == 0 ? root + to_left_hip : root - to_left_hip, pelvis, frame.thigh[s], shape.thigh,
         frame.shank[s], shape.shank);
    limb(s == 0 ? h36m17::kLeftShoulder : h36m17::kRightShoulder,
         top + shape.shoulder * Rotate(chest, frame.shoulder[s]), chest, frame.upper_arm[s],
         shape.upper_arm, frame.forearm[s], shape.forearm);
  }
  constexpr double kSpine = 233.0 / 490, kNeck = 121.0 / 490, kHead = 115.0 / 490;
  const double length = shape.root_to_thorax();
  points[h36m17::kSpine] = root + kSpine * length * Rotate(pelvis, frame.spine);
  points[h36m17::kThorax] = 0.5 * (points[h36m17::kLeftShoulder] + points[h36m17::kRightShoulder]);
  points[h36m17::kNeckBase] =
      points[h36m17::kThorax] +
      kNeck * length * Rotate(chest, DirectionOr(frame.neck, Vec3d{0, 1, 0}));
  points[h36m17::kHead] = points[h36m17::kNeckBase] + kHead * length * Rotate(head, {0, 1, 0});
  for (size_t i = 0; i < shape.head_points.size(); ++i) {
    points[kH36mJoints + i] = neck_base + shape.head * Rotate(head, shape.head_points[i]);
  }
  return points;
}

BodyMotion MotionOf(const BvhClip& clip, const BodyMap& map, const std::string& name) {
  if (clip.frame_count == 0) Fail("has no frames");
  const Mapper mapper(clip, map);
  BodyMotion motion{.name = name, .fps = 1 / clip.frame_time_s};
  motion.frames.reserve(static_cast<size_t>(clip.frame_count));
  for (int64_t t = 0; t < clip.frame_count; ++t) motion.frames.push_back(mapper.Frame(t));
  return motion;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/world.h"

#include <algorithm>
#include <numbers>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/ground/on_floor.h"

namespace videopose::internal {
namespace {

bool HasRootsInWorld(const Motion& motion) {
  return std::ranges::all_of(motion.people, [&](const PersonMotion& person) {
    return std::ssize(person.root_in_world) == motion.frame_count;
  });
}

Vec3f WorldPoint(const Camera& camera, Vec3f in_cam) {
  return (camera.world_from_cam * in_cam.Cast<double>()).Cast<float>();
}

// A person who is not among the motion's people is alone.
std::vector<Vec3f> RootsWithoutCamera(const Motion& motion, const PersonMotion& person) {
  if (std::ssize(person.root_in_world) == motion.frame_count) return person.root_in_world;
  Motion grounded = motion;
  size_t at = 0;
  while (at < motion.people.size() && &motion.people[at] != &person) ++at;
  if (at == motion.people.size()) {
    grounded.people = {person};
    at = 0;
  }
  StandOnFloor(nullptr, grounded);
  return grounded.people[at].root_in_world;
}

}  // namespace

Quaternion WorldFromLevelCamera() { return FromAxisAngle({1, 0, 0}, -std::numbers::pi / 2); }

void CompleteGrounding(const KeypointSequence* keypoints, Motion& motion) {
  if (motion.camera) {
    if (!HasCamera(motion.grounding)) motion.grounding = Grounding::kGivenCamera;
    return;
  }
  const bool is_grounded = motion.grounding != Grounding::kNone && !HasCamera(motion.grounding);
  if (is_grounded && HasRootsInWorld(motion)) return;
  StandOnFloor(keypoints, motion);
}

std::vector<Vec3f> RootsInWorld(const Motion& motion, const PersonMotion& person) {
  if (!motion.camera) return RootsWithoutCamera(motion, person);
  std::vector<Vec3f> roots(static_cast<size_t>(motion.frame_count), kNoJoint);
  for (size_t t = 0; t < person.root_in_cam.size(); ++t) {
    if (!IsFinite(person.root_in_cam[t])) continue;
    roots[t] = WorldPoint(motion.camera_at(static_cast<int64_t>(t)), person.root_in_cam[t]);
  }
  return roots;
}

JointTrack<Vec3f> JointsInWorld(const Motion& motion, const PersonMotion& person) {
  const Quaternion world_from_cam = WorldFromLevelCamera();
  const std::vector<Vec3f> roots = RootsInWorld(motion, person);
  JointTrack<Vec3f> joints(motion.frame_count, motion.joint_count(), kNoJoint);
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    const Vec3f root = roots[t];
    if (!IsFinite(root)) continue;
    const auto in_cam = person.frame(t);
    const auto in_world = joints.frame(t);
    for (size_t j = 0; j < in_cam.size(); ++j) {
      if (!IsFinite(in_cam[j])) continue;
      in_world[j] = motion.camera
                        ? WorldPoint(motion.camera_at(t), in_cam[j] + person.root_in_cam[t])
                        : (root.Cast<double>() + Rotate(world_from_cam, in_cam[j].Cast<double>()))
                              .Cast<float>();
    }
  }
  return joints;
}

}  // namespace videopose::internal

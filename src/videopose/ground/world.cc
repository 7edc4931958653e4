#include "videopose/ground/world.h"

#include <algorithm>
#include <limits>
#include <numbers>

namespace videopose {
namespace {

Vec3f InCam(const PersonMotion& person, int64_t t, Vec3f joint) {
  return person.root_in_cam.empty() ? joint : joint + person.root_in_cam[static_cast<size_t>(t)];
}

// What to add so that the lowest joint of everybody, in all frames, is at z = 0.
double FloorShift(const Motion& motion, const Quaternion& world_from_cam) {
  double lowest = std::numeric_limits<double>::infinity();
  for (const PersonMotion& person : motion.people) {
    for (int64_t t = 0; t < motion.frame_count; ++t) {
      for (const Vec3f& joint : person.frame(t)) {
        const Vec3f in_cam = InCam(person, t, joint);
        if (!IsFinite(in_cam)) continue;
        lowest = std::min(lowest, Rotate(world_from_cam, {in_cam.x, in_cam.y, in_cam.z}).z);
      }
    }
  }
  return std::isfinite(lowest) ? -lowest : 0;
}

}  // namespace

Quaternion WorldFromLevelCamera() { return FromAxisAngle({1, 0, 0}, -std::numbers::pi / 2); }

JointTrack<Vec3f> JointsInWorld(const Motion& motion, const PersonMotion& person) {
  CameraPlacement camera;
  if (motion.camera) {
    camera = *motion.camera;
  } else {
    camera.world_from_cam = WorldFromLevelCamera();
    camera.position_in_world.z = FloorShift(motion, camera.world_from_cam);
  }
  JointTrack<Vec3f> joints(motion.frame_count, motion.joint_count(), kNoJoint);
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    const auto frame = person.frame(t);
    for (size_t j = 0; j < frame.size(); ++j) {
      const Vec3f in_cam = InCam(person, t, frame[j]);
      if (!IsFinite(in_cam)) continue;
      const Vec3d in_world =
          Rotate(camera.world_from_cam, {in_cam.x, in_cam.y, in_cam.z}) + camera.position_in_world;
      joints.at(t, static_cast<int64_t>(j)) = {static_cast<float>(in_world.x),
                                               static_cast<float>(in_world.y),
                                               static_cast<float>(in_world.z)};
    }
  }
  return joints;
}

}  // namespace videopose

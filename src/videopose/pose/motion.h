// 3D poses over time: what lifting makes, and what rendering, metrics and exports take.

#ifndef VIDEOPOSE_POSE_MOTION_H_
#define VIDEOPOSE_POSE_MOTION_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "videopose/geometry/quaternion.h"
#include "videopose/geometry/vec.h"
#include "videopose/pose/joint_track.h"
#include "videopose/pose/skeleton.h"

namespace videopose {

// What stands for "no pose in this frame".
inline constexpr Vec3f kNoJoint = {std::numeric_limits<float>::quiet_NaN(),
                                   std::numeric_limits<float>::quiet_NaN(),
                                   std::numeric_limits<float>::quiet_NaN()};

// Which feet carry weight on the floor in a frame, as bits.
inline constexpr uint8_t kLeftFootDown = 1, kRightFootDown = 2;

// Where a camera that does not move stands:
//   x_in_world = Rotate(world_from_cam, x_in_cam) + position_in_world
// World: z up, the floor at z = 0, metres.
struct CameraPlacement {
  Quaternion world_from_cam;
  Vec3d position_in_world;
  double focal_px = 0;
  Vec2d centre_px;
  bool operator==(const CameraPlacement&) const = default;
};

// One person over the whole clip. Camera frame: x right, y down, z forward, metres.
struct PersonMotion {
  int id = 1;
  // (T, J), relative to the root joint; kNoJoint where there is no pose.
  JointTrack<Vec3f> joints_in_cam;
  std::vector<Vec3f> root_in_cam;  // T, where the root stands; empty where that is not known
  std::vector<uint8_t> feet_down;  // T, kLeftFootDown | kRightFootDown; empty: not known

  std::span<const Vec3f> frame(int64_t t) const { return joints_in_cam.frame(t); }
  std::span<Vec3f> frame(int64_t t) { return joints_in_cam.frame(t); }
  Vec3f& at(int64_t t, int64_t joint) { return joints_in_cam.at(t, joint); }
  const Vec3f& at(int64_t t, int64_t joint) const { return joints_in_cam.at(t, joint); }
  bool has_pose(int64_t t) const { return IsFinite(joints_in_cam.at(t, 0)); }
};

struct Motion {
  Skeleton skeleton;
  double fps = 0;
  int width_px = 0, height_px = 0;  // of the video it was lifted from
  int64_t frame_count = 0;          // T, the same for all people
  std::vector<PersonMotion> people;
  std::optional<CameraPlacement> camera;  // where the room is known, and then root_in_cam is, too

  int joint_count() const { return skeleton.joint_count(); }
};

}  // namespace videopose

#endif  // VIDEOPOSE_POSE_MOTION_H_

// SPDX-License-Identifier: Apache-2.0

// People for tests: simple poses of a person who faces the camera.

#ifndef VIDEOPOSE_GROUND_TEST_PEOPLE_H_
#define VIDEOPOSE_GROUND_TEST_PEOPLE_H_

#include <vector>

#include "videopose/pose.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {

// Relative to the hip, x right, y down, z forward; facing the camera, the person's left is at
// positive x. Arms hang.
inline std::vector<Vec3f> StandingPose() {
  return {{0, 0, 0},                                                      // hip
          {-0.13F, 0, 0},      {-0.13F, 0.45F, 0},  {-0.13F, 0.88F, 0},   // right leg
          {0.13F, 0, 0},       {0.13F, 0.45F, 0},   {0.13F, 0.88F, 0},    // left leg
          {0, -0.25F, 0},      {0, -0.48F, 0},      {0, -0.56F, -0.08F},  // spine, thorax, nose
          {0, -0.74F, 0},                                                 // head
          {0.17F, -0.46F, 0},  {0.19F, -0.18F, 0},  {0.2F, 0.06F, 0},     // left arm
          {-0.17F, -0.46F, 0}, {-0.19F, -0.18F, 0}, {-0.2F, 0.06F, 0}};   // right arm
}

inline std::vector<Vec3f> LeftArmRaisedPose() {
  std::vector<Vec3f> joints = StandingPose();
  joints[12] = {0.42F, -0.6F, 0};
  joints[13] = {0.58F, -0.85F, 0};
  return joints;
}

// On the back, the head at the image's left.
inline std::vector<Vec3f> LyingPose() {
  std::vector<Vec3f> joints;
  for (const Vec3f& j : StandingPose()) joints.push_back({j.y, j.z, -j.x});
  return joints;
}

// The hip lowered by `depth_m`: the feet stay, the knees bend forward.
inline std::vector<Vec3f> SquatPose(float depth_m) {
  std::vector<Vec3f> joints = StandingPose();
  for (const size_t knee : {size_t{2}, size_t{5}}) {
    joints[knee].y -= depth_m / 2;
    joints[knee].z -= depth_m / 2;
  }
  for (const size_t ankle : {size_t{3}, size_t{6}}) joints[ankle].y -= depth_m;
  return joints;
}

inline Motion MotionOf(const std::vector<std::vector<Vec3f>>& poses, double fps = 25) {
  Motion motion{.skeleton = Human36m17(),
                .fps = fps,
                .width_px = 640,
                .height_px = 480,
                .frame_count = static_cast<int64_t>(poses.size()),
                .people = {{}}};
  for (const std::vector<Vec3f>& pose : poses) {
    motion.people[0].joints_in_cam.Append(pose);
  }
  return motion;
}

inline std::vector<Vec3f> NoPose() { return std::vector<Vec3f>(kH36mJoints, kNoJoint); }

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_TEST_PEOPLE_H_

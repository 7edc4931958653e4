// SPDX-License-Identifier: Apache-2.0

// The lower rungs of the ladder of fallbacks: where people are when the camera is not known. The
// camera is taken as level, and all people's feet are on the floor or in a jump above it.

#ifndef VIDEOPOSE_GROUND_ON_FLOOR_H_
#define VIDEOPOSE_GROUND_ON_FLOOR_H_

#include <span>
#include <vector>

#include "videopose/pose.h"

namespace videopose::internal {

// The height of the root so that the body rests on the floor, from how far the body reaches below
// it in each frame. Feet that leave the floor faster than a body can fall are in the air: from a
// push-off on, the root follows
//   height(t + dt) = max(reach, height + v * dt - g * dt^2 / 2),
// v being its speed when the feet left. So jumps and running strides rise from the floor although
// only poses relative to the root are known.
class HeightOverFloor {
 public:
  explicit HeightOverFloor(double fps) : dt_s_(1 / fps) {}

  // The height `steps` frames later.
  float Push(float reach_below_root_m, int64_t steps = 1);

 private:
  double dt_s_;
  bool has_last_ = false;
  float last_reach_m_ = 0, height_m_ = 0;
  double speed_m_per_s_ = 0;
};
std::vector<float> HeightsOverFloor(std::span<const float> reach_below_root_m, double fps);

// (J) how far the middle of a joint is over the floor on which it rests, for a body of this scale
// (BodyScale()): the ankle of a standing foot, the hip of a person who lies.
std::vector<float> JointClearances_m(const Skeleton& skeleton, float body_scale);

// How far a body reaches below its root before a level camera.
float ReachBelowRoot(std::span<const Vec3f> joints_in_cam, std::span<const float> clearances_m);

// Whether there is more than one ID.
bool AreSeveral(const Motion& motion);

// Fills root_in_world of all people and records in motion.grounding how; a kCameraMoving stays one.
// `keypoints` are of the same people and frames, or null.
void StandOnFloor(const KeypointSequence* keypoints, Motion& motion);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_ON_FLOOR_H_

// SPDX-License-Identifier: Apache-2.0

// How far a camera walks, in metres, from the people before it: a foot that stands does not move.
//
// The background says where the camera is but for one factor s. An ankle that is at a_t before the
// camera, turned into its first look, is at a_t + s c_t in the world. Of those who walk or stand
// one foot rests at nearly all times, and only for the right s: s minimises the sum over the frames
// of
//   the smaller one of both feet of  rho(|P (a' + s c')| / sigma)     rho(x) = x^2 / (1 + x^2)
// (Geman & McClure), with speeds a' and c' over a fifth of a second. P keeps a sixth of what is
// along the line of sight, where ankles are the least certain.

#ifndef VIDEOPOSE_GROUND_WALK_SCALE_H_
#define VIDEOPOSE_GROUND_WALK_SCALE_H_

#include <optional>
#include <span>
#include <vector>

#include "videopose/geometry/moving_frame.h"
#include "videopose/ground/root_track.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct Walker {
  const PersonMotion* person = nullptr;  // with roots
  std::span<const JointRay> rays;        // JointRays(), or empty
};

// Metres a unit of `places_in_first` (T). `first_from_cam` has no translation yet, and the people
// are turned by it. Nothing where no person is seen to stand, or feet fit several factors.
std::optional<double> WalkScale(std::span<const Walker> walkers, const Skeleton& skeleton,
                                double fps, MovingFrame first_from_cam,
                                std::span<const Vec3d> places_in_first);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_WALK_SCALE_H_

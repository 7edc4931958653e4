// SPDX-License-Identifier: Apache-2.0

// One solve over a clip for what is known of a person: the lifted pose, the keypoints in the image,
// bones that keep their lengths, feet that stand, calm motion, and where the person is.
//
// Unknown are, in each frame t, the root r_t and the unit direction u of every bone (both hips
// share one, as the root is in their middle). So bones have their lengths exactly, and a joint is
//   x = r_t + sum over the bones from the root to it of  length * u
// A run of frames minimises the sum over its frames of
//   rho(bone - lifted bone)            of all bones, 40 mm across the view and 50 along it
//   rho(joint - lifted joint)          of all joints relative to the root, 80 and 100 mm
//   weight * rho((x - u z, y - v z))   of joints from their keypoints' rays (u, v), 1.5 % of the
//                                      diagonal of the body's box in the image
//   |root - root so far|^2             20 mm: without it, errors of the lifted pose move the root
//   |x - place|^2                      of feet in contact, 0.5 mm
//   rho(a) / 2 + |a - lifted a|^2 / 2  of accelerations a of the root and of bones, 6 m/s^2: the
//                                      motion is calm unless it is fast, and so is its change
// each relative to that standard deviation, with Cauchy's rho at 3 of them: Gauss-Newton on the
// spheres of directions, reweighted. Frames are coupled two apart, so that each step is a Cholesky
// decomposition of a block-pentadiagonal matrix.

#ifndef VIDEOPOSE_REFINE_POSE_REFINER_H_
#define VIDEOPOSE_REFINE_POSE_REFINER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/geometry/moving_frame.h"
#include "videopose/pose.h"

namespace videopose::internal {

// Where a joint is in the image: (X, Y) / Z. Weight 0: it was not seen.
struct JointSight {
  Vec2d ray;
  double weight = 0;
};

// A joint, of a foot in contact, and where it should be in a frame.
struct JointAnchor {
  int64_t frame = 0;
  int joint = 0;
  Vec3d place_in_cam;
};

struct RefineInput {
  const Skeleton* skeleton = nullptr;
  double fps = 0;
  std::span<const double> bone_lengths_m;  // by joint (SteadyBoneLengths())
  std::span<const Vec3f> joints_in_cam;    // T * J, all finite, relative to the root
  std::span<const Vec3f> root_in_cam;      // T
  std::span<const JointSight> sights;      // T * J, or empty: no keypoints are known
  std::span<const JointAnchor> anchors;
  // Of a camera that moves: sights are in its frames, all else is in that of its first look.
  MovingFrame first_from_cam = {};
};

struct RefinedPoses {
  std::vector<Vec3f> joints_in_cam, root_in_cam;  // T * J, T
};

RefinedPoses RefinePoses(const RefineInput& input);

// The sum above up to a constant, of poses whose bones have the lengths.
double RefineCost(const RefineInput& input, const RefinedPoses& poses);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_REFINE_POSE_REFINER_H_

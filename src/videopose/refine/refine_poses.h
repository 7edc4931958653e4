// SPDX-License-Identifier: Apache-2.0

// The poses of a person that agree best with everything that is known of them at once: the lifted
// poses, the keypoints in the image, bones of constant length, feet that stand, and calm motion.
//
// With x the joints in the camera's frame, p the parent of joint j, b the lifted bone vector, L the
// bone's length, (u, v) the ray of a keypoint and z the joint's depth, minimises
//
//   sum rho(|(x.x - u x.z, x.y - v x.z)| / (z s))      the image; s: 1.5 % of the person's size in
//   it sum rho(|x_j - x_p - b|_W)                         the lifted pose; 40 mm across, 50 mm
//   along sum (|x_j - x_p| - L)^2 / (6 mm)^2                 bones sum |x_j - a|^2 / sigma^2
//   anchors: joints that are known to be at a sum |x_j''|^2 / (6 m/s^2)^2 accelerations
//
// rho is Cauchy's, of 3 standard deviations; by Gauss and Newton's method with reweighting. The
// normal equations couple a frame with the two before it and are solved by a block Cholesky
// decomposition, long runs in pieces. The constants were measured on real video with truth: a tighter fit to the image
// or looser depths make poses worse, since keypoints have errors of their own.

#ifndef VIDEOPOSE_REFINE_REFINE_POSES_H_
#define VIDEOPOSE_REFINE_REFINE_POSES_H_

#include <cstdint>
#include <span>

#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose {

// Where a joint is seen.
struct JointSight {
  Vec2d ray;          // (X, Y) / Z in the camera's frame
  double weight = 0;  // 0: not seen
};

// A joint that is known to be somewhere in a frame.
struct JointAnchor {
  int64_t frame = 0;
  int joint = 0;
  Vec3d in_cam;
  double sigma_m = 0.01;
};

struct RefineOptions {
  double image_sigma = 0.015;  // of the diagonal of the box around what is seen
  double across_m = 0.04, along_m = 0.05, bone_m = 0.006;
  double acceleration_m_s2 = 6;
  double robust = 3;
  int iterations = 8;
};

// joints_in_cam: (T, J) of consecutive frames, lifted ones on entry; sights: (T, J);
// bone_lengths_m: by joint, of the bone that leads to it (SteadyBoneLengths). Frames that anchors
// name are counted from the first of these.
void RefinePoses(const Skeleton& skeleton, std::span<const double> bone_lengths_m,
                 std::span<const JointSight> sights, std::span<const JointAnchor> anchors,
                 double fps, const RefineOptions& options, std::span<Vec3d> joints_in_cam);

}  // namespace videopose

#endif  // VIDEOPOSE_REFINE_REFINE_POSES_H_

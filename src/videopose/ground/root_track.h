// SPDX-License-Identifier: Apache-2.0

// The position of a person's root in front of the camera, frame by frame: the place from which the
// lifted pose projects to its keypoints.
//
// With a joint p relative to the root r and its keypoint's ray (u, v) = (X, Y) / Z, the joint
// projects to its keypoint if
//   p.x + r.x - u (p.z + r.z) = 0        likewise y with v
// which is linear in r and in metres at the joint's distance. A run of frames minimises
//   sum over frames and joints of  score * rho(residual / sigma)        Cauchy's rho, reweighted
//   + sum over frames of           |r''|^2 / q^2                        accelerations are small
//   + sum over priors of          |r - target|^2 / sigma^2             feet in contact
// by banded least squares: a smoothing spline (Whittaker 1923, Reinsch 1967). Its data determine
// the directions across the ray better than the distance, so it smooths the distance most.

#ifndef VIDEOPOSE_GROUND_ROOT_TRACK_H_
#define VIDEOPOSE_GROUND_ROOT_TRACK_H_

#include <span>
#include <vector>

#include "videopose/geometry/moving_frame.h"
#include "videopose/ground.h"
#include "videopose/ground/camera_views.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct JointRay {
  Vec2d ray;
  double score = 0;    // 0: not seen
  double sigma_m = 0;  // of the lifted joint, across the ray
};

// T * J of the skeleton: the rays of joints that have a keypoint of the same name, each in its
// frame's camera.
std::vector<JointRay> JointRays(const KeypointSequence& keypoints, const PersonKeypoints& person,
                                const Skeleton& skeleton, const Lens& lens,
                                const CameraViews& views = {});

// A Gaussian prior of the root's position in a frame: from the anchor of a foot in contact.
struct PositionPrior {
  int64_t frame = 0;
  Vec3d target_in_cam;
  double sigma_m = 0;
};

// Fills person.root_in_cam (T; kNoJoint where there is no pose). Where the camera moves, poses,
// roots and priors are in the frame of its first look.
void FitRoots(std::span<const JointRay> rays, std::span<const PositionPrior> priors, double fps,
              PersonMotion& person, MovingFrame first_from_cam = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_ROOT_TRACK_H_

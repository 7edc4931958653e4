// SPDX-License-Identifier: Apache-2.0

// Constant bone lengths for lifted poses, whose bone lengths vary from frame to frame.

#ifndef VIDEOPOSE_REFINE_RIGID_BONES_H_
#define VIDEOPOSE_REFINE_RIGID_BONES_H_

#include <span>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose::internal {

// By joint, of the bone that leads to it; the root's is 0, and all are where there is no pose.
// `joints` are T * J. Lifted bones that point at the camera or bend in unseen ways come out too
// short, hardly ever too long, so this is a bit more than the median over the frames; of left and
// right the mean.
std::vector<double> SteadyBoneLengths(const Skeleton& skeleton, std::span<const Vec3f> joints);
std::vector<double> SteadyBoneLengths(const Skeleton& skeleton, std::span<const Vec3d> joints);

// Joints whose bones are fitted together, parents first; their parents are in the group or stand
// where they should already.
using BoneGroup = std::vector<int>;

// Sets the joints of each group, one group after the other: bones of these lengths with the
// directions that minimise the sum over the group's joints of |joint - source|^2.
void FitBones(const Skeleton& skeleton, std::span<const double> lengths,
              std::span<const Vec3d> source, std::span<const BoneGroup> groups,
              std::span<Vec3d> joints);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_REFINE_RIGID_BONES_H_

// SPDX-License-Identifier: Apache-2.0

// Which body a file holds whose joints are known by name.

#ifndef VIDEOPOSE_POSE_LARGEST_SKELETON_H_
#define VIDEOPOSE_POSE_LARGEST_SKELETON_H_

#include <algorithm>

#include "videopose/pose.h"

namespace videopose::internal {

// Body25() where has(joint name) is true of all its joints, else Human36m17().
template <typename Has>
const Skeleton& LargestSkeleton(const Has& has) {
  return std::ranges::all_of(Body25().joint_names, has) ? Body25() : Human36m17();
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_POSE_LARGEST_SKELETON_H_

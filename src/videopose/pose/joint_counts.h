// SPDX-License-Identifier: Apache-2.0

// How many joints the bodies have that this program is about: Coco17() and Human36m17().

#ifndef VIDEOPOSE_POSE_JOINT_COUNTS_H_
#define VIDEOPOSE_POSE_JOINT_COUNTS_H_

#include "videopose/pose.h"

namespace videopose::internal {

inline constexpr int kCocoJoints = 17, kH36mJoints = kHuman36mJointCount;

}  // namespace videopose::internal

#endif  // VIDEOPOSE_POSE_JOINT_COUNTS_H_

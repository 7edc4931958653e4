// SPDX-License-Identifier: Apache-2.0

// How many joints the bodies have that this program is about: Coco17() and Human36m17().

#ifndef VIDEOPOSE_POSE_JOINT_COUNTS_H_
#define VIDEOPOSE_POSE_JOINT_COUNTS_H_

namespace videopose::internal {

inline constexpr int kCocoJoints = 17, kH36mJoints = 17;

}  // namespace videopose::internal

#endif  // VIDEOPOSE_POSE_JOINT_COUNTS_H_

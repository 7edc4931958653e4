// SPDX-License-Identifier: Apache-2.0

// The joints of Human36m17() by name, for code that is about that body alone.

#ifndef VIDEOPOSE_POSE_H36M17_H_
#define VIDEOPOSE_POSE_H36M17_H_

#include "videopose/pose/joint_counts.h"

namespace videopose::internal::h36m17 {

enum Joint : int {
  kHip,
  kRightHip,
  kRightKnee,
  kRightAnkle,
  kLeftHip,
  kLeftKnee,
  kLeftAnkle,
  kSpine,
  kThorax,
  kNeckBase,
  kHead,
  kLeftShoulder,
  kLeftElbow,
  kLeftWrist,
  kRightShoulder,
  kRightElbow,
  kRightWrist,
  kJointCount,
};
static_assert(kJointCount == kH36mJoints);

}  // namespace videopose::internal::h36m17

#endif  // VIDEOPOSE_POSE_H36M17_H_

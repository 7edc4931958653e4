// SPDX-License-Identifier: Apache-2.0

// Which keypoint belongs to which joint, to compare projections with.

#ifndef VIDEOPOSE_TRAIN_JOINT_KEYPOINTS_H_
#define VIDEOPOSE_TRAIN_JOINT_KEYPOINTS_H_

#include <vector>

#include "videopose/data/dataset.h"

namespace videopose::internal {

struct JointKeypoint {
  int joint = 0, keypoint = 0;
  bool operator==(const JointKeypoint&) const = default;
};

// Every joint by the keypoint of its number.
std::vector<JointKeypoint> SameJointKeypoints(int joint_count);

// Of keypoints that are the skeleton's joints, all; of COCO's and MPII's those of the same name
// (shoulders, elbows, wrists, hips, knees, ankles). The layout is told from which keypoints are
// left and right. Throws Error for any other.
std::vector<JointKeypoint> JointKeypointsOf(const Dataset& dataset);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_JOINT_KEYPOINTS_H_

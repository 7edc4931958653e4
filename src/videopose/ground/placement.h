// SPDX-License-Identifier: Apache-2.0

// Where a person stands, from their size and place in the image alone: the rung
// Grounding::kFromImage.

#ifndef VIDEOPOSE_GROUND_PLACEMENT_H_
#define VIDEOPOSE_GROUND_PLACEMENT_H_

#include <vector>

#include "videopose/pose.h"

namespace videopose::internal {

// (T) the root in the camera's frame: as far away as the 3D pose must be to look as large as the
// keypoints do through their lens (FocalPxOf()), in the direction in which the keypoints show it.
// kNoJoint where that cannot be told. Rough (the size of half the image tells little) and not
// smooth.
std::vector<Vec3f> RootsFromImage(const PersonMotion& person, const Motion& motion,
                                  const KeypointSequence& keypoints, const PersonKeypoints& seen);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_PLACEMENT_H_

// SPDX-License-Identifier: Apache-2.0

// The bodies and keypoint layouts of data sets.

#ifndef VIDEOPOSE_DATA_SKELETONS_H_
#define VIDEOPOSE_DATA_SKELETONS_H_

#include <span>
#include <vector>

#include "videopose/pose.h"

namespace videopose::internal {

// HumanEva's 15 joints, root "hip" = 0, and its 20 markers, which give each limb segment both of
// its ends. Human3.6M's 17 are Human36m17() in videopose/pose.h.
const Skeleton& HumanEva15();
const Skeleton& HumanEva20();
// MPII's 16 image points, as Stacked Hourglass detects them.
const KeypointLayout& Mpii16();

// Which of Human3.6M's 32 joints the 17 are, in their order.
std::span<const int> Human36m17Of32();

// For each joint the one on the other side, itself where there is none.
std::vector<int> MirroredJoints(const Skeleton& skeleton);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_SKELETONS_H_

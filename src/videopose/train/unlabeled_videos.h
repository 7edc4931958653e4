// SPDX-License-Identifier: Apache-2.0

// The user's videos to learn from without labels: keypoints that `videopose prepare custom` made,
// from cameras without calibration.

#ifndef VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_
#define VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_

#include <vector>

#include "videopose/data/data_options.h"
#include "videopose/train/trainer_options.h"

namespace videopose::internal {

// Sequences without poses and with intrinsics: the optical axis in the image's middle, no
// distortion. Which of the videos in the file are taken, the unlabelled subjects say; none: all.
// Throws Error as Dataset does, and where left and right are not the keypoints that they are in
// `labeled`.
std::vector<Sequence> LoadUnlabeledVideos(const Dataset& labeled, const DataOptions& options,
                                          const SemiSupervisedOptions& semi_supervised);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_

// SPDX-License-Identifier: Apache-2.0

// Errors on whole sequences after an epoch: evaluation mode, nothing mirrored.

#ifndef VIDEOPOSE_TRAIN_EPOCH_EVALUATION_H_
#define VIDEOPOSE_TRAIN_EPOCH_EVALUATION_H_

#include <span>

#include "videopose/base.h"
#include "videopose/data/sequence.h"
#include "videopose/lift/temporal_model.h"
#include "videopose/train/joint_keypoints.h"
#include "videopose/train/predict.h"

namespace videopose::internal {

// Means over frames. What the sequences or models do not provide is 0.
struct SequenceLosses {
  double pose_mm = 0;  // MPJPE
  double root_mm = 0;  // of the trajectory
  // Between the keypoints and the projection of pose + root with lens distortion, half image
  // widths.
  double screen = 0;
};

// `joint_keypoints`: where joints project to; empty: all, keypoints being the same joints.
// `trajectory`: null without one; else the sequences have intrinsics.
SequenceLosses MeasureSequences(const TemporalModel& pose, const TemporalModel* trajectory,
                                const JointSymmetry& symmetry, std::span<const Sequence> sequences,
                                const WorkMonitor& monitor = {},
                                std::span<const JointKeypoint> joint_keypoints = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_EPOCH_EVALUATION_H_

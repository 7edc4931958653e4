// SPDX-License-Identifier: Apache-2.0

// The sequences that a training needs, checked.

#ifndef VIDEOPOSE_TRAIN_TRAINING_DATA_H_
#define VIDEOPOSE_TRAIN_TRAINING_DATA_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "videopose/data/data_options.h"
#include "videopose/train/joint_keypoints.h"
#include "videopose/train/predict.h"
#include "videopose/train/trainer_options.h"

namespace videopose::internal {

class MocapSource;

struct TrainingData {
  std::vector<Sequence> train, test;  // with ground truth; `test` may be empty
  std::vector<Sequence> unlabeled;    // any: semi-supervised, which needs all intrinsics
  JointSymmetry symmetry;
  std::vector<int> parents;                    // of the pose's joints
  std::vector<JointKeypoint> joint_keypoints;  // semi-supervised; empty: all, as they are
  // Where given, windows come from here, and `train` is only measured after each epoch.
  std::shared_ptr<const MocapSource> source;
  std::vector<std::string> warnings;  // a line each: what of the data was left out
};

// What the options choose of the data set, and of the user's videos (unlabeled_videos.h) where they
// name their keypoints. Throws Error as Dataset::Load does.
TrainingData LoadTrainingData(const Dataset& dataset, const DataOptions& options,
                              const SemiSupervisedOptions& semi_supervised = {});

// Throws Error where ground truth, a camera or all frames are missing, or keypoints differ in
// number.
void CheckTrainingData(const TrainingData& data);

int64_t CountFrames(std::span<const Sequence> sequences);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_TRAINING_DATA_H_

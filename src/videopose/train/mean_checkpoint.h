// SPDX-License-Identifier: Apache-2.0

#ifndef VIDEOPOSE_TRAIN_MEAN_CHECKPOINT_H_
#define VIDEOPOSE_TRAIN_MEAN_CHECKPOINT_H_

#include <span>

#include "videopose/train/training_checkpoint.h"

namespace videopose::internal {

// The last one with the mean of all weights, without the optimiser's state: epochs at the end of a
// training err in different directions, their mean less (Izmailov et al.: Averaging Weights Leads
// to Wider Optima and Better Generalization, UAI 2018). Batch norms' statistics are averaged, too.
// Throws Error (kMismatch) where the networks are not of one kind.
TrainingCheckpoint MeanCheckpoint(std::span<const TrainingCheckpoint> checkpoints);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_MEAN_CHECKPOINT_H_

// SPDX-License-Identifier: Apache-2.0

// All options of a training: its data, the network and how it learns, and for motion capture how
// windows are made of it. Each part is described where it is used.

#ifndef VIDEOPOSE_TRAIN_TRAINING_OPTIONS_H_
#define VIDEOPOSE_TRAIN_TRAINING_OPTIONS_H_

#include "videopose/augment/augmentation_options.h"
#include "videopose/config/options.h"
#include "videopose/data/data_options.h"
#include "videopose/train/trainer_options.h"
#include "videopose/train/training_data.h"

namespace videopose::internal {

struct TrainingOptions {
  DataOptions data;
  TrainerOptions training;
  AugmentationOptions augmentation;  // data set "mocap": training on synthesised windows

  bool is_mocap() const { return data.dataset.name == "mocap"; }
  // `training` as Trainer takes it: with the record of all options that its checkpoints keep, the
  // data's included.
  TrainerOptions Recorded() const;

  void Describe(OptionTable& table);
  // Throws OptionError for values and combinations that make no sense.
  void Check() const;
};

// What the options choose: of a data set, or motion capture. Throws Error as LoadTrainingData and
// LoadMocapData do.
TrainingData LoadTrainingData(const TrainingOptions& options);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_TRAINING_OPTIONS_H_

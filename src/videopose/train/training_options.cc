// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/training_options.h"

#include <fmt/format.h>

#include "videopose/config/options_file.h"
#include "videopose/train/mocap_source.h"

namespace videopose::internal {
namespace {

void CheckMocap(const TrainingOptions& options) {
  const AugmentationOptions& augmentation = options.augmentation;
  const OptimisationOptions& optimisation = options.training.optimisation;
  if (!options.is_mocap()) {
    if (!augmentation.mocap.empty()) {
      throw OptionError("data.dataset", options.data.dataset.name,
                        "folders of motion capture go with mocap");
    }
    return;
  }
  if (augmentation.mocap.empty()) {
    throw OptionError("augmentation.mocap", "''",
                      "where is the motion capture that the data set mocap trains on?");
  }
  if (optimisation.stride != 1) {
    throw OptionError("optimisation.stride", std::to_string(optimisation.stride),
                      "is for recorded data");
  }
  if (optimisation.batch_size % 2 != 0) {
    throw OptionError("optimisation.batch_size", std::to_string(optimisation.batch_size),
                      "windows of motion capture come in pairs, expected an even number");
  }
  if (augmentation.windows < optimisation.batch_size) {
    throw OptionError("augmentation.windows", std::to_string(augmentation.windows),
                      fmt::format("expected at least one batch of {}", optimisation.batch_size));
  }
  if (!options.training.semi_supervised.keypoints.empty() ||
      !options.data.unlabeled_subjects.empty()) {
    throw OptionError("data.dataset", "mocap", "is supervised alone");
  }
}

}  // namespace

TrainerOptions TrainingOptions::Recorded() const {
  TrainingOptions kept = *this;
  kept.training.checkpoints = training.checkpoints.WithoutRun();
  TrainerOptions recorded = training;
  recorded.record = WriteOptions(OptionTable(kept), /*with_help=*/false);
  return recorded;
}

void TrainingOptions::Describe(OptionTable& table) {
  table.AddGroup("data", data);
  training.Describe(table);
  table.AddGroup("augmentation", augmentation);
}

void TrainingOptions::Check() const {
  CheckGroup("data", data);
  training.Check();
  CheckGroup("augmentation", augmentation);
  CheckMocap(*this);
}

TrainingData LoadTrainingData(const TrainingOptions& options) {
  if (!options.is_mocap()) {
    return LoadTrainingData(Dataset(options.data.dataset), options.data,
                            options.training.semi_supervised);
  }
  try {
    return LoadMocapData(options.augmentation, options.training.optimisation.seed);
  } catch (const OptionError& error) {
    throw error.Within("augmentation");
  }
}

}  // namespace videopose::internal

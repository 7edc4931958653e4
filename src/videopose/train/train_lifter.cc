// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <system_error>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/data/dataset.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/train.h"
#include "videopose/train/evaluate.h"
#include "videopose/train/predict.h"
#include "videopose/train/trainer.h"
#include "videopose/train/training_checkpoint.h"
#include "videopose/train/training_data.h"

namespace videopose {

std::vector<EpochRecord> TrainLifter(const TrainOptions& options,
                                     const std::function<void(const EpochRecord&)>& on_epoch,
                                     const WorkMonitor& monitor) {
  std::error_code error;
  std::filesystem::create_directories(options.checkpoint_dir, error);
  if (error) {
    FailAt(options.checkpoint_dir, ErrorCode::kCannotWrite, "cannot make this folder: {}",
           error.message());
  }
  TrainerOptions trainer_options;
  trainer_options.widths = options.widths;
  trainer_options.channels = options.channels;
  trainer_options.causal = options.causal;
  trainer_options.dropout = options.dropout;
  trainer_options.epochs = options.epochs;
  trainer_options.batch_size = options.batch_size;
  trainer_options.learning_rate = options.learning_rate;
  trainer_options.lr_decay = options.lr_decay;
  trainer_options.seed = options.seed;
  trainer_options.checkpoint_dir = options.checkpoint_dir;
  trainer_options.evaluate_epochs = !options.test_subjects.empty();
  TrainingSelection selection;
  selection.train_subjects = options.train_subjects;
  selection.test_subjects = options.test_subjects;
  Trainer trainer(LoadTrainingData(Dataset(options.dataset), selection), trainer_options);
  std::vector<EpochRecord> records;
  trainer.Run(
      [&](const EpochRecord& record) {
        records.push_back(record);
        if (on_epoch) on_epoch(record);
      },
      monitor);
  return records;
}

void PackLifter(const std::filesystem::path& checkpoint, const std::filesystem::path& lifter) {
  WriteLifter(lifter, ReadTrainingCheckpoint(checkpoint));
}

std::vector<Evaluation> EvaluateLifter(const std::filesystem::path& lifter,
                                       const DatasetOptions& dataset_options,
                                       const SequenceFilter& filter, const EvaluateOptions& options,
                                       const TemporalModelOptions& model) {
  const Dataset dataset(dataset_options);
  const LiftCheckpoint checkpoint = ReadLiftCheckpoint(lifter, model);
  CheckModelFits(checkpoint, dataset, lifter.string());
  std::vector<Sequence> sequences = dataset.Load(filter);
  for (Sequence& sequence : sequences) {
    sequence.keypoints = ModelInput(checkpoint.input, std::move(sequence.keypoints));
  }
  return Evaluate(TemporalModel(checkpoint.pose), SymmetryOf(dataset, checkpoint.input), sequences,
                  options);
}

}  // namespace videopose

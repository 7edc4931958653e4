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

using namespace internal;

std::vector<EpochRecord> TrainLifter(const TrainOptions& options,
                                     const std::function<void(const EpochRecord&)>& on_epoch,
                                     const WorkMonitor& monitor) {
  std::error_code error;
  std::filesystem::create_directories(options.checkpoint_dir, error);
  if (error) {
    FailAt(options.checkpoint_dir, ErrorCode::kCannotWrite, "cannot make this folder: {}",
           error.message());
  }
  TrainerOptions training;
  training.network.widths = options.widths;
  training.network.channels = options.channels;
  training.network.causal = options.causal;
  training.network.dropout = options.dropout;
  training.optimisation.epochs = options.epochs;
  training.optimisation.batch_size = options.batch_size;
  training.optimisation.learning_rate = options.learning_rate;
  training.optimisation.lr_decay = options.lr_decay;
  training.optimisation.seed = options.seed;
  training.checkpoints.folder = options.checkpoint_dir;
  training.checkpoints.evaluate_epochs = !options.test_subjects.empty();
  const DataOptions data{.dataset = options.dataset,
                         .train_subjects = options.train_subjects,
                         .test_subjects = options.test_subjects};
  Trainer trainer(LoadTrainingData(Dataset(options.dataset), data, training.semi_supervised),
                  training);
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
    MakeModelInput(dataset, checkpoint.input, sequence);
  }
  return Evaluate(TemporalModel(checkpoint.pose), SymmetryOf(dataset, checkpoint.input), sequences,
                  options);
}

}  // namespace videopose

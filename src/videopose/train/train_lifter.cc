// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <system_error>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/config/options_file.h"
#include "videopose/data.h"
#include "videopose/data/dataset.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/train/evaluate.h"
#include "videopose/train/predict.h"
#include "videopose/train/trainer.h"
#include "videopose/train/training_checkpoint.h"
#include "videopose/train/training_options.h"

namespace videopose {

using namespace internal;

namespace {

TrainingOptions TrainingOptionsOf(const TrainOptions& options) {
  TrainingOptions all;
  all.data.dataset = options.dataset;
  all.data.train_subjects = options.train_subjects;
  all.data.test_subjects = options.test_subjects;
  NetworkOptions& network = all.training.network;
  network.widths = options.widths;
  network.channels = options.channels;
  network.causal = options.causal;
  network.dropout = options.dropout;
  OptimisationOptions& optimisation = all.training.optimisation;
  optimisation.epochs = options.epochs;
  optimisation.batch_size = options.batch_size;
  optimisation.learning_rate = options.learning_rate;
  optimisation.lr_decay = options.lr_decay;
  optimisation.seed = options.seed;
  all.training.checkpoints.folder = options.checkpoint_dir;
  all.training.checkpoints.evaluate_epochs = all.is_mocap() || !options.test_subjects.empty();
  ReadOptions(options.config, "TrainOptions::config", OptionTable(all));
  all.Check();
  return all;
}

}  // namespace

std::vector<EpochRecord> TrainLifter(const TrainOptions& options,
                                     const std::function<void(const EpochRecord&)>& on_epoch,
                                     const WorkMonitor& monitor) {
  const TrainingOptions training = TrainingOptionsOf(options);
  const std::filesystem::path& folder = training.training.checkpoints.folder;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    FailAt(folder, ErrorCode::kCannotWrite, "cannot make this folder: {}", error.message());
  }
  Trainer trainer(LoadTrainingData(training), training.Recorded());
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

// SPDX-License-Identifier: Apache-2.0

// A whole training: epochs of steps, evaluation after each, checkpoints.
//
//   Trainer trainer(LoadTrainingData(dataset, selection), options);
//   trainer.Run([](const EpochRecord& record) { ... });
//   Evaluate(TemporalModel(trainer.PoseWeights()), trainer.data().symmetry, trainer.data().test);
//
// Pavllo et al., CVPR 2019, sections 3 to 5. Semi-supervised where the data have unlabelled
// sequences: a second model of the same shape then learns the root trajectory.
//
// Several processes can train together: each reads all data and learns from its part of each batch.
// The first one writes the checkpoints.

#ifndef VIDEOPOSE_TRAIN_TRAINER_H_
#define VIDEOPOSE_TRAIN_TRAINER_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "videopose/base.h"
#include "videopose/nn/communicator.h"
#include "videopose/nn/device.h"
#include "videopose/train/epoch_evaluation.h"
#include "videopose/train/epoch_record.h"
#include "videopose/train/learner.h"
#include "videopose/train/trainer_options.h"
#include "videopose/train/training_checkpoint.h"
#include "videopose/train/training_data.h"
#include "videopose/train/window_sampler.h"

namespace videopose::internal {

class Trainer {
 public:
  // Reads the checkpoint to be resumed. Throws Error if the data are not fit to be trained on, do
  // not fit the checkpoint, or cannot be cut in batches that batch norm can learn from; and if the
  // options make no sense, or not with those that the checkpoint was trained with.
  // `processes` and `device` must outlive the trainer. All have the same data and options.
  Trainer(TrainingData data, const TrainerOptions& options, Communicator& processes = OneProcess(),
          Device& device = CpuDevice());

  const TrainingData& data() const { return data_; }
  const TemporalArchitecture& architecture() { return learner_->pose().architecture(); }
  bool is_semi_supervised() const { return !data_.unlabeled.empty(); }
  int64_t epochs_done() const { return epoch_; }
  // Of the epochs that are done, also of those before a checkpoint that was resumed (without their
  // minutes; none where it is of an earlier version).
  const std::vector<EpochRecord>& history() const { return history_; }

  // Trains the epochs that are left. `on_epoch` is called after each, when its checkpoint is
  // written. The monitor's stages are "epoch <n>", in samples (output frames), and "evaluate".
  // Throws Error where the loss or a weight is no longer finite, naming epoch, batch and the last
  // good checkpoint.
  void Run(const std::function<void(const EpochRecord&)>& on_epoch,
           const WorkMonitor& monitor = {});

  TemporalWeights PoseWeights() { return learner_->pose().Weights(); }

 private:
  std::optional<TrainingCheckpoint> ReadResumed();
  void MakeLearner(const std::optional<TrainingCheckpoint>& checkpoint);
  void MakeSamplers(const std::optional<TrainingCheckpoint>& checkpoint);

  // The mean MPJPE in mm.
  double TrainEpoch(const WorkMonitor& monitor);
  // Counts the epoch as done and sets what the next one learns with.
  TrainingCheckpoint CheckpointAfterEpoch();
  void Evaluate(const TrainingCheckpoint& models, const WorkMonitor& monitor,
                EpochRecord& record) const;
  // Writes the checkpoint where it is due.
  void Keep(TrainingCheckpoint checkpoint, const EpochRecord& record);
  // Of one epoch.
  int64_t FramesPerEpoch() const;
  int64_t BatchesPerEpoch() const;
  // Epochs whose windows are synthesised instead of sampled.
  double TrainSynthesizedEpoch(const WorkMonitor& monitor);
  void ShareStatistics();
  SequenceLosses MeasureTogether(
      std::span<const Sequence> sequences,
      const std::function<SequenceLosses(std::span<const Sequence> sequences)>& measure) const;
  // Throws Error where processes have other data or, for whatever reason, other weights.
  void CheckProcessesAgree();
  void CheckEachHasAPart(int64_t windows, int64_t unit) const;
  void CheckLoss(const StepLosses& losses, int64_t batches) const;
  [[noreturn]] void FailDiverged(const std::string& where) const;

  TrainingData data_;
  TrainerOptions options_;
  Communicator& processes_;
  Device& device_;
  std::optional<Learner> learner_;
  std::optional<WindowSampler> sampler_, unlabeled_sampler_;
  TrainingCheckpoint::Continuation continuation_;
  int64_t epoch_ = 0;  // that are done
  std::vector<EpochRecord> history_;
  double learning_rate_ = 0;
  std::filesystem::path last_checkpoint_;  // empty: none yet
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_TRAINER_H_

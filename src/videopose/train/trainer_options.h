// SPDX-License-Identifier: Apache-2.0

// Options of a training besides its data. Each option is described in its row of
// trainer_options.cc.

#ifndef VIDEOPOSE_TRAIN_TRAINER_OPTIONS_H_
#define VIDEOPOSE_TRAIN_TRAINER_OPTIONS_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "videopose/config/options.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/nn/device.h"
#include "videopose/train/motion_loss.h"

namespace videopose::internal {

struct NetworkOptions {
  // Without a value: 3,3,3 and 1024, or those of the checkpoint that is resumed or evaluated.
  std::optional<std::vector<int>> widths;
  std::optional<int> channels;
  bool causal = false, dense = false;
  double dropout = 0.25;

  // What a checkpoint of such a network holds.
  TemporalModelOptions Expected() const;

  void Describe(OptionTable& table);
  void Check() const;  // throws OptionError, as below
};

// Of several processes that train together: what batch norm's statistics are of.
enum class BatchNormOver { kBatch, kPart };

struct OptimisationOptions {
  int epochs = 60;        // in all, those before a break counted
  int batch_size = 1024;  // output frames
  int stride = 1;         // output frames of a window
  double learning_rate = 0.001, lr_decay = 0.95;
  bool mirror = true;  // learn from mirrored copies of recorded data, too
  // Compute only what one output frame needs, where stride and network allow it.
  bool optimized = true;
  Precision precision = Precision::kSingle;  // of the hidden layers' GEMMs
  BatchNormOver batch_norm = BatchNormOver::kBatch;
  uint64_t seed = 0;  // of first weights and dropout; the order of the data is always the same
  MotionLossWeights losses;  // beside the MPJPE, for synthesised windows

  void Describe(OptionTable& table);
  void Check() const;
};

struct SemiSupervisedOptions {
  // The user's videos, data_2d_custom_<keypoints>.npz; empty: subjects of the data set.
  std::string keypoints;
  double focal_px = 0;    // of their cameras; 0: a usual lens
  int warmup_epochs = 1;  // with labelled data alone
  bool linear_projection = false, bone_length_term = true, projection_term = true;

  void Describe(OptionTable& table);
  void Check() const;
};

struct CheckpointOptions {
  std::filesystem::path folder = "checkpoint";
  std::string resume;  // a checkpoint in the folder, ours or PyTorch's; empty: none
  std::optional<double> resumed_learning_rate;  // instead of the checkpoint's: a warm restart
  int frequency = 10;      // epochs between epoch_<n>.bin; the last one is always written
  bool keep_best = false;  // epoch_best.bin: the lowest error on the test sequences
  bool evaluate_epochs = true;

  // Without what is of one run alone, its folder and what it goes on from, so that a training that
  // was interrupted leaves the same checkpoints as one that was not.
  CheckpointOptions WithoutRun() const;

  void Describe(OptionTable& table);
  void Check() const;
};

struct TrainerOptions {
  NetworkOptions network;
  OptimisationOptions optimisation;
  SemiSupervisedOptions semi_supervised;
  CheckpointOptions checkpoints;
  // All options of the training as YAML, those of its data included: kept in its checkpoints.
  // Empty: these here.
  std::string record;

  void Describe(OptionTable& table);
  void Check() const;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_TRAINER_OPTIONS_H_

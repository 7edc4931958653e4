// SPDX-License-Identifier: Apache-2.0

// Training and evaluating the model that lifts: what `videopose run` does, as functions. Pavllo et
// al., CVPR 2019, sections 3 to 5; docs/training.md.

#ifndef VIDEOPOSE_TRAIN_H_
#define VIDEOPOSE_TRAIN_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "videopose/data.h"
#include "videopose/lift.h"
#include "videopose/metrics.h"
#include "videopose/work.h"

namespace videopose {

// The program has more options (`videopose run`); these are the ones that a supervised training
// cannot do without.
struct TrainOptions {
  DatasetOptions dataset;
  std::vector<std::string> train_subjects = {"S1", "S5", "S6", "S7", "S8"};
  std::vector<std::string> test_subjects = {"S9",
                                            "S11"};  // measured after each epoch; may be empty
  std::vector<int> widths = {3, 3, 3};  // of the convolutions; their product is the receptive field
  int channels = 1024;
  bool causal = false;
  double dropout = 0.25;
  int epochs = 60;
  int batch_size = 1024;  // output frames
  double learning_rate = 0.001, lr_decay = 0.95;
  uint64_t seed = 0;
  std::filesystem::path checkpoint_dir;  // made if need be; gets epoch_<n>.bin of the last epoch
};

struct EpochRecord {
  // In evaluation mode, not mirrored, each frame counts the same: MPJPE relative to the root.
  struct Poses {
    double train_mm = 0;  // "3d_eval", on the training sequences
    double valid_mm = 0;  // "3d_valid", on the test sequences
  };
  // The same for what semi-supervised training adds.
  struct Semi {
    double train_root_mm = 0;  // "traj_eval"
    double valid_root_mm = 0;  // "traj_valid"
    // Mean distance of the projected joints to their keypoints, in half image widths.
    double train_screen = 0;      // "2d_train_sup"
    double unlabeled_screen = 0;  // "2d_train_unsup"
    double valid_screen = 0;      // "2d_valid"
  };

  int64_t epoch = 0;  // from 1
  double minutes = 0;
  double learning_rate = 0;  // that it learned with
  double train_mm = 0;       // "3d_train": MPJPE of the batches as they were learned from
  // Nothing where epochs are not evaluated; `semi` only in semi-supervised training.
  std::optional<Poses> poses;
  std::optional<Semi> semi;
};

// Trains, and writes a checkpoint after the last epoch (and every tenth). `on_epoch` is called
// after each. Stages of the progress: "epoch <n>" and "evaluate". Throws Error if the data are not
// fit to be trained on, or the training diverges.
std::vector<EpochRecord> TrainLifter(const TrainOptions& options,
                                     const std::function<void(const EpochRecord&)>& on_epoch = {},
                                     const WorkMonitor& monitor = {});

// The weights of a training checkpoint alone, in half precision, as Lifter::Load reads them.
void PackLifter(const std::filesystem::path& checkpoint, const std::filesystem::path& lifter);

struct ActionErrors {
  std::string action;  // the first word of its sequences' actions
  PoseErrors errors_mm;
  int64_t frame_count = 0;
};

struct Evaluation {
  std::string subject;                // empty: all together
  std::vector<ActionErrors> actions;  // in the order of the sequences
  PoseErrors average_mm;              // the actions' mean, each counts the same
};

struct EvaluateOptions {
  bool average_flip = true;
  bool by_subject = false;  // one evaluation for each, in the order of the sequences
  WorkMonitor monitor;      // counts frames
};

// The error of a checkpoint or lifter on those sequences of a data set, per action. Throws Error
// where the model does not fit the data.
std::vector<Evaluation> EvaluateLifter(const std::filesystem::path& lifter,
                                       const DatasetOptions& dataset, const SequenceFilter& filter,
                                       const EvaluateOptions& options = {},
                                       const TemporalModelOptions& model = {});

}  // namespace videopose

#endif  // VIDEOPOSE_TRAIN_H_

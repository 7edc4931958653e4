// SPDX-License-Identifier: Apache-2.0

// Data sets, and training and evaluating lifters on them.

#ifndef VIDEOPOSE_DATA_H_
#define VIDEOPOSE_DATA_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "videopose/base.h"
#include "videopose/files.h"
#include "videopose/geometry.h"
#include "videopose/lift.h"
#include "videopose/metrics.h"

namespace videopose {

// Data sets of motion capture with 2D detections, in VideoPose3D's file formats, as sequences; and
// keypoints of your own videos as such a data set. docs/datasets.md says where the files come
// from.

// One recording of one person by one camera, for training, evaluation and rendering.
struct Sequence {
  std::string subject, action;
  int camera = 0;    // its index among the subject's cameras
  Tensor keypoints;  // (T, J2, F): x and y in normalised screen coordinates; F = 3: a confidence
  // Metres, camera frame; both empty where there is no ground truth.
  Tensor poses;  // (T, J3, 3), relative to the root, which is at 0
  Tensor roots;  // (T, 3)
  std::optional<ScreenIntrinsics> intrinsics;

  int64_t frame_count() const { return keypoints.dim(0); }
  bool has_poses() const { return !poses.shape.empty(); }
};

struct DatasetOptions {
  std::filesystem::path data_dir = "data";
  // h36m, humaneva15, humaneva20; or custom: any videos, each a subject, without ground truth.
  std::string name = "h36m";
  // The detections are in data_2d_<name>_<keypoints>.npz.
  // For custom, if there is no such file: a file or folder that Import reads, and how.
  std::string keypoints = "cpn_ft_h36m_dbb";
  ImportOptions import;
};

struct SequenceFilter {
  std::vector<std::string> subjects;
  std::vector<std::string> action_prefixes;  // empty: all actions
  double subset = 1;                         // part of each sequence
  int downsample = 1;                        // keep every n-th frame
  bool with_poses = true;                    // false: only keypoints, whatever there is
};

// Subject by subject as they stand in the filter, then in the order of the detections' file: action
// by action, camera by camera. Throws Error for files that are missing or damaged, and where the
// data lack something that the filter names.
std::vector<Sequence> LoadSequences(const DatasetOptions& dataset, const SequenceFilter& filter);

// Keypoints of your own videos as a data set: what `videopose prepare custom` does.

struct PrepareCustomOptions {
  // Such files; folders of frames; and folders of such files, all .npz in them, or else all that
  // is there.
  std::vector<std::filesystem::path> inputs;
  std::string name;
  std::filesystem::path data_dir = "data";  // made where it is missing
  ImportOptions import;
  WorkMonitor monitor;
};

// Writes <data_dir>/data_2d_custom_<name>.npz and returns its path. Videos come in the order of the
// inputs, those of a folder by name.
std::filesystem::path PrepareCustom(const PrepareCustomOptions& options);

// Training and evaluating the model that lifts: what `videopose run` does, as functions. Pavllo et
// al., CVPR 2019, sections 3 to 5; docs/training.md.

// What a supervised training cannot do without, and in `config` all the rest.
struct TrainOptions {
  DatasetOptions dataset;
  std::vector<std::string> train_subjects = {"S1", "S5", "S6", "S7", "S8"};
  std::vector<std::string> test_subjects = {"S9", "S11"};  // measured after epochs; may be empty
  std::vector<int> widths = {3, 3, 3};  // of the convolutions; their product is the receptive field
  int channels = 1024;
  bool causal = false;
  double dropout = 0.25;
  int epochs = 60;
  int batch_size = 1024;  // output frames
  double learning_rate = 0.001, lr_decay = 0.95;
  uint64_t seed = 0;
  std::filesystem::path checkpoint_dir;  // made if need be; gets epoch_<n>.bin of the last epoch
  // YAML as `videopose run --config` reads it (docs/training.md); wins over the members above:
  // "data: {unlabeled_subjects: [S5]}" makes the training semi-supervised, data set "mocap" and
  // "augmentation: {mocap: [...]}" train on motion capture.
  std::string config;
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

#endif  // VIDEOPOSE_DATA_H_

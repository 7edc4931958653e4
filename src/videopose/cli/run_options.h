// All that `videopose run` can be told, with VideoPose3D's defaults.

#ifndef VIDEOPOSE_CLI_RUN_OPTIONS_H_
#define VIDEOPOSE_CLI_RUN_OPTIONS_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "videopose/augment/mocap.h"
#include "videopose/data/dataset.h"
#include "videopose/process.h"
#include "videopose/research/dataset_clip.h"
#include "videopose/research/render_dataset.h"
#include "videopose/train/motion_loss.h"

namespace videopose {

struct RunOptions {
  // Data
  DatasetOptions data;
  std::vector<std::string> train_subjects = {"S1", "S5", "S6", "S7", "S8"};
  std::vector<std::string> test_subjects = {"S9", "S11"};
  std::vector<std::string> unlabeled_subjects;  // any: semi-supervised
  // Any: semi-supervised with one's own videos, data_2d_custom_<unlabeled_keypoints>.npz; then
  // unlabeled_subjects chooses among them.
  std::string unlabeled_keypoints;
  double unlabeled_focal_px = 0;             // of their cameras; 0: a usual lens
  std::vector<std::string> action_prefixes;  // empty: all actions
  double subset = 1;                         // part of each training sequence
  int downsample = 1;

  // What to do
  std::filesystem::path checkpoint_dir = "checkpoint";
  std::string resume, evaluate;      // names in checkpoint_dir; empty: neither
  double resumed_learning_rate = 0;  // 0: the checkpoint's
  bool render = false;
  bool by_subject = false;
  bool test_augmentation = true;  // averages with what the mirrored input gives
  std::filesystem::path report;   // empty: none

  // Network. Without the flags an evaluated checkpoint's own widths and channels are taken.
  std::vector<int> widths = {3, 3, 3};
  int channels = 1024;
  bool widths_given = false, channels_given = false;
  bool causal = false, dense = false;
  double dropout = 0.25;

  // Training
  int stride = 1;  // output frames of a chunk
  int epochs = 60;
  int batch_size = 1024;  // output frames
  double learning_rate = 0.001, lr_decay = 0.95;
  bool train_augmentation = true;  // mirrored copies
  int checkpoint_frequency = 10;   // epochs
  bool keep_best = false;          // the checkpoint with the lowest error on the test subjects
  bool evaluate_epochs = true;     // on the test subjects after each
  bool export_training_curves = false;
  bool optimized = true;          // strided convolutions, where they give the same
  std::string precision = "f32";  // or bf16, of the hidden layers' products in training
  uint64_t seed = 0;

  // Semi-supervised training
  int warmup_epochs = 1;
  bool linear_projection = false, bone_length_term = true, projection_term = true;

  // -d mocap: training on synthesised windows
  std::filesystem::path mocap_dir, mocap_map;
  std::vector<std::string> mocap_test_clips;  // empty: every eighth
  std::string mocap_input = "person";
  int64_t mocap_windows = 262144;  // per epoch
  double mocap_edges = 0.35;       // share of windows that reach beyond a video
  SynthesisOptions synthesis;
  MotionLossWeights motion_losses;

  bool is_mocap() const { return data.name == "mocap"; }

  // Rendering
  DatasetClipChoice clip;
  RenderDatasetOptions picture;       // output empty: none
  std::filesystem::path export_path;  // as VideoPose3D exports
  ExportPaths exports;                // what is drawn, in other formats

  bool quiet = false;

  std::filesystem::path evaluated_checkpoint() const { return checkpoint_dir / evaluate; }
};

// Throws UsageError for values and combinations that make no sense, in one line.
void CheckRunOptions(const RunOptions& options);

}  // namespace videopose

#endif  // VIDEOPOSE_CLI_RUN_OPTIONS_H_

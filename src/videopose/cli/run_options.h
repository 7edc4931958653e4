// SPDX-License-Identifier: Apache-2.0

// Options of `videopose run`, with VideoPose3D's defaults. The parts are described where
// they are used; each option is a row of the table that Describe() makes, and a flag where
// run_flags.cc gives it one.

#ifndef VIDEOPOSE_CLI_RUN_OPTIONS_H_
#define VIDEOPOSE_CLI_RUN_OPTIONS_H_

#include <filesystem>
#include <string>

#include "videopose/config/options.h"
#include "videopose/process.h"
#include "videopose/research/dataset_clip.h"
#include "videopose/research/render_dataset.h"
#include "videopose/train/training_options.h"

namespace videopose::internal {

struct EvaluationOptions {
  std::string checkpoint;  // in the checkpoints' folder; empty: train
  bool by_subject = false;
  bool average_flip = true;      // with what the mirrored input gives
  std::filesystem::path report;  // empty: none
  bool training_curves = false;

  void Describe(OptionTable& table);
};

struct RenderingOptions {
  bool render = false;
  DatasetClipChoice clip;
  RenderDatasetOptions drawing;       // output empty: none
  std::filesystem::path export_path;  // as VideoPose3D exports
  ExportPaths exports;                // what is drawn, in other formats

  bool has_target() const;
  void Describe(OptionTable& table);
  void Check() const;
};

struct RunOptions : TrainingOptions {
  EvaluationOptions evaluation;
  RenderingOptions rendering;

  bool print_config = false, quiet = false;

  std::filesystem::path evaluated_checkpoint() const {
    return training.checkpoints.folder / evaluation.checkpoint;
  }
  void Describe(OptionTable& table);
  // Throws OptionError for values and combinations that make no sense.
  void Check() const;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_RUN_OPTIONS_H_

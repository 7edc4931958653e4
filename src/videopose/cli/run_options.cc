// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/run_options.h"

#include <fmt/format.h>

namespace videopose::internal {
namespace {

[[noreturn]] void Refuse(const std::string& key, const std::string& found,
                         const std::string& problem) {
  throw OptionError(key, found, problem);
}

void CheckMocap(const RunOptions& options) {
  const AugmentationOptions& augmentation = options.augmentation;
  const OptimisationOptions& optimisation = options.training.optimisation;
  if (!options.is_mocap()) {
    if (!augmentation.mocap.empty()) {
      Refuse("data.dataset", options.data.dataset.name, "folders of motion capture go with mocap");
    }
    return;
  }
  if (augmentation.mocap.empty()) {
    Refuse("augmentation.mocap", "''", "where is the motion capture that -d mocap trains on?");
  }
  if (!options.evaluation.checkpoint.empty()) {
    Refuse("evaluation.checkpoint", options.evaluation.checkpoint,
           "-d mocap trains; measure a model with: videopose bench lift-accuracy FILE --lifter X");
  }
  if (optimisation.stride != 1) {
    Refuse("optimisation.stride", std::to_string(optimisation.stride), "is for recorded data");
  }
  if (optimisation.batch_size % 2 != 0) {
    Refuse("optimisation.batch_size", std::to_string(optimisation.batch_size),
           "windows of -d mocap come in pairs, expected an even number");
  }
  if (augmentation.windows < optimisation.batch_size) {
    Refuse("augmentation.windows", std::to_string(augmentation.windows),
           fmt::format("expected at least one batch of {}", optimisation.batch_size));
  }
  if (!options.training.semi_supervised.keypoints.empty() ||
      !options.data.unlabeled_subjects.empty()) {
    Refuse("data.dataset", "mocap", "is supervised alone");
  }
}

}  // namespace

void EvaluationOptions::Describe(OptionTable& table) {
  table.Add("checkpoint", checkpoint, "evaluate this checkpoint of the folder; no training");
  table.Add("by_subject", by_subject, "evaluate each test subject by itself");
  table.Add("average_flip", average_flip, "average with what the mirrored input gives");
  table.Add("report", report, "also write the numbers to this file");
  table.Add("training_curves", training_curves, "plot the losses, beside the checkpoints");
}

bool RenderingOptions::has_target() const {
  return !picture.output.empty() || !export_path.empty() || !exports.poses.empty() ||
         !exports.angles.empty();
}

void RenderingOptions::Describe(OptionTable& table) {
  table.Add("render", render, "render or export one sequence, with --evaluate");
  table.Add("subject", clip.subject, "subject");
  table.Add("action", clip.action, "full name of the action");
  table.Add("camera", clip.camera, "camera, from 0", kNotNegative);
  table.Add("video", picture.video, "video of the sequence (without it: black)");
  table.Add("skip_frames", picture.skip_frames, "skip the first N frames of video and keypoints",
            kNotNegative);
  table.Add("limit_frames", picture.limit_frames, "write at most N frames; none: all", kAtLeastOne);
  table.Add("downsample", picture.downsample, "average N frames to one: 1/N of the frame rate",
            kAtLeastOne);
  table.Add("output", picture.output, ".mp4 or .gif");
  table.Add("bitrate_kbps", picture.bitrate_kbps, "of an .mp4, kbit/s",
            {.least = 16, .most = 1'000'000});
  table.Add("height_px", picture.height_px, "of the panels", {.least = 100, .most = 4300});
  table.Add("ground_truth", picture.ground_truth, "a panel for the truth");
  table.Add("export_npy", export_path, "export the predicted 3D joints");
  table.Add("exports", exports.poses, "what is drawn, in other formats");
  table.Add("angles", exports.angles, "joint angles, .csv, .png or .svg");
}

void RenderingOptions::Check() const {
  CheckBounds(*this);
  if (!render) {
    if (has_target()) Refuse("render", "false", "outputs and exports go with it");
    return;
  }
  if (clip.subject.empty()) Refuse("subject", "''", "which one is to be drawn?");
  if (clip.action.empty()) Refuse("action", "''", "which one is to be drawn?");
  if (!has_target()) Refuse("output", "''", "where to? Give it, or an export");
}

void RunOptions::DescribeTraining(OptionTable& table) {
  table.AddGroup("data", data);
  training.Describe(table);
  table.AddGroup("augmentation", augmentation);
}

void RunOptions::Describe(OptionTable& table) {
  DescribeTraining(table);
  table.AddGroup("evaluation", evaluation);
  table.AddGroup("rendering", rendering);
}

void RunOptions::Check() const {
  CheckGroup("data", data);
  training.Check();
  CheckGroup("augmentation", augmentation);
  CheckGroup("rendering", rendering);
  const CheckpointOptions& checkpoints = training.checkpoints;
  if (!checkpoints.resume.empty() && !evaluation.checkpoint.empty()) {
    Refuse("checkpoints.resume", checkpoints.resume,
           "goes on with training, evaluation does not train; give one of them");
  }
  if (evaluation.training_curves && !checkpoints.evaluate_epochs) {
    Refuse("checkpoints.evaluate_epochs", "",
           "training curves plot what evaluation of epochs finds; give one of them");
  }
  if (rendering.render && evaluation.checkpoint.empty()) {
    Refuse("evaluation.checkpoint", "''", "which one is to be rendered?");
  }
  CheckMocap(*this);
}

}  // namespace videopose::internal

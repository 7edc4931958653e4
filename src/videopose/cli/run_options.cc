// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/run_options.h"

namespace videopose::internal {
namespace {

[[noreturn]] void Refuse(const std::string& key, const std::string& found,
                         const std::string& problem) {
  throw OptionError(key, found, problem);
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
  return !drawing.output.empty() || !export_path.empty() || !exports.poses.empty() ||
         !exports.angles.empty();
}

void RenderingOptions::Describe(OptionTable& table) {
  table.Add("render", render, "render or export one sequence, with --evaluate");
  table.Add("subject", clip.subject, "subject");
  table.Add("action", clip.action, "full name of the action");
  table.Add("camera", clip.camera, "camera, from 0", kNotNegative);
  table.Add("video", drawing.video, "video of the sequence (without it: black)");
  table.Add("skip_frames", drawing.skip_frames, "skip the first N frames of video and keypoints",
            kNotNegative);
  table.Add("limit_frames", drawing.limit_frames, "write at most N frames; none: all", kAtLeastOne);
  table.Add("downsample", drawing.downsample, "average N frames to one: 1/N of the frame rate",
            kAtLeastOne);
  table.Add("output", drawing.output, ".mp4 or .gif");
  table.Add("bitrate_kbps", drawing.bitrate_kbps, "of an .mp4, kbit/s",
            {.least = 16, .most = 1'000'000});
  table.Add("height_px", drawing.height_px, "of the panels", {.least = 100, .most = 4300});
  table.Add("ground_truth", drawing.ground_truth, "a panel for the truth");
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

void RunOptions::Describe(OptionTable& table) {
  TrainingOptions::Describe(table);
  table.AddGroup("evaluation", evaluation);
  table.AddGroup("rendering", rendering);
}

void RunOptions::Check() const {
  TrainingOptions::Check();
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
  if (is_mocap() && !evaluation.checkpoint.empty()) {
    Refuse("evaluation.checkpoint", evaluation.checkpoint,
           "-d mocap trains; measure a model with: videopose bench lift-accuracy FILE --lifter X");
  }
}

}  // namespace videopose::internal

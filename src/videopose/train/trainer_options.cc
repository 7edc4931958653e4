// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/trainer_options.h"

#include <fmt/format.h>

#include "videopose/lift/architecture.h"

namespace videopose::internal {

TemporalModelOptions NetworkOptions::Expected() const {
  return {
      .causal = causal, .dense = dense, .expected_widths = widths, .expected_channels = channels};
}

void NetworkOptions::Describe(OptionTable& table) {
  table.Add("architecture", widths,
            "kernel widths, odd; their product is the frames seen; none: 3,3,3 or the file's");
  table.Add("channels", channels, "of each layer; none: 1024 or the file's", kAtLeastOne);
  table.Add("causal", causal, "see the past only, for real-time use");
  table.Add("dense", dense, "dense instead of dilated convolutions");
  table.Add("dropout", dropout, "probability", {.least = 0, .most = 1, .below = true});
}

void NetworkOptions::Check() const {
  CheckBounds(*this);
  if (!widths) return;
  if (widths->empty()) throw OptionError("architecture", "''", "expected widths such as 3,3,3");
  for (const int width : *widths) {
    if (width >= 1 && width % 2 == 1) continue;
    throw OptionError(
        "architecture", WidthsText(*widths),
        fmt::format("widths are odd, so that a middle frame exists; {} is not", width));
  }
}

void OptimisationOptions::Describe(OptionTable& table) {
  table.Add("epochs", epochs, "passes over the data", kAtLeastOne);
  table.Add("batch_size", batch_size, "predicted frames in a batch", kAtLeastOne);
  table.Add("stride", stride, "predicted frames in a chunk", kAtLeastOne);
  table.Add("learning_rate", learning_rate, "at the start", kPositive);
  table.Add("learning_rate_decay", lr_decay, "of the learning rate, after each epoch", kPositive);
  table.Add("mirror", mirror, "train on mirrored copies, too");
  table.Add("optimized", optimized, "strided convolutions, where they give the same");
  table.AddChoice(
      "precision", precision,
      "of the hidden layers' matrix products in training: f32, or bf16, nearly twice as fast "
      "where the processor has AVX512_BF16",
      {{"f32", Precision::kSingle}, {"bf16", Precision::kBf16}});
  table.AddChoice("batch_norm", batch_norm,
                  "statistics of several processes that train together (mpirun): of the whole "
                  "batch, as one process has them, or of each process's part, with less to send",
                  {{"batch", BatchNormOver::kBatch}, {"part", BatchNormOver::kPart}});
  table.Add("seed", seed, "of weights and dropout");
  table.Add("velocity_weight", losses.velocity, "of the error in velocity, beside the MPJPE",
            kNotNegative);
  table.Add("bone_weight", losses.bones, "of the error in bone lengths", kNotNegative);
  table.Add("symmetry_weight", losses.symmetry,
            "of the difference in length between left and right bones", kNotNegative);
  table.Add("flexion_weight", losses.flexion, "of the error in knees' and elbows' flexion, radians",
            kNotNegative);
}

void OptimisationOptions::Check() const {
  CheckBounds(*this);
  if (batch_size < stride) {
    throw OptionError("batch_size", std::to_string(batch_size),
                      fmt::format("no chunk of stride {} fits in", stride));
  }
}

void SemiSupervisedOptions::Describe(OptionTable& table) {
  table.Add("keypoints", keypoints,
            "learn from your own videos, too: data_2d_custom_<NAME>.npz, of which "
            "data.unlabeled_subjects then chooses");
  table.Add("focal_px", focal_px, "their cameras' focal length; 0: as of 30 mm on 35 mm film",
            {.least = 0, .most = 1e6, .below = true});
  table.Add("warmup_epochs", warmup_epochs, "with labelled data alone", kNotNegative);
  table.Add("linear_projection", linear_projection, "no lens distortion");
  table.Add("projection_term", projection_term, "in the loss");
  table.Add("bone_length_term", bone_length_term, "in the loss");
}

void SemiSupervisedOptions::Check() const {
  CheckBounds(*this);
  if (focal_px > 0 && keypoints.empty()) {
    throw OptionError("focal_px", fmt::to_string(focal_px), "expected videos of your own with it");
  }
}

CheckpointOptions CheckpointOptions::WithoutRun() const {
  CheckpointOptions options = *this;
  options.folder = CheckpointOptions().folder;
  options.resume.clear();
  options.resumed_learning_rate.reset();
  return options;
}

void CheckpointOptions::Describe(OptionTable& table) {
  table.Add("folder", folder, "where checkpoints are");
  table.Add("resume", resume, "go on training from this checkpoint of the folder");
  table.Add("resume_learning_rate", resumed_learning_rate,
            "with this learning rate; none: the checkpoint's", kPositive);
  table.Add("frequency", frequency, "write a checkpoint every N epochs", kAtLeastOne);
  table.Add("keep_best", keep_best,
            "keep the best epoch, too: epoch_best.bin, by the test subjects' error");
  table.Add("evaluate_epochs", evaluate_epochs, "evaluate after each epoch");
}

void CheckpointOptions::Check() const {
  CheckBounds(*this);
  if (keep_best && !evaluate_epochs) {
    throw OptionError("evaluate_epochs", "", "keep_best needs what evaluation of epochs finds");
  }
  if (resumed_learning_rate && resume.empty()) {
    throw OptionError("resume_learning_rate", fmt::to_string(*resumed_learning_rate),
                      "expected a checkpoint to resume with it");
  }
}

void TrainerOptions::Describe(OptionTable& table) {
  table.AddGroup("network", network);
  table.AddGroup("optimisation", optimisation);
  table.AddGroup("semi_supervised", semi_supervised);
  table.AddGroup("checkpoints", checkpoints);
}

void TrainerOptions::Check() const {
  CheckGroup("network", network);
  CheckGroup("optimisation", optimisation);
  CheckGroup("semi_supervised", semi_supervised);
  CheckGroup("checkpoints", checkpoints);
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// videopose models: the detector's weights, which cannot be shipped, and lifters of the user.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "videopose/app/check_outputs.h"
#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/cli/command.h"
#include "videopose/cli/fetch_models.h"
#include "videopose/cli/options.h"
#include "videopose/cli/stop.h"
#include "videopose/cli/usage_error.h"
#include "videopose/detect.h"
#include "videopose/lift/causal_fold.h"
#include "videopose/lift/onnx_lifter.h"
#include "videopose/lift/widen.h"
#include "videopose/train/mean_checkpoint.h"
#include "videopose/train/training_checkpoint.h"

namespace videopose::internal {
namespace {

constexpr uint32_t kWidenSeed = 1;

struct ModelsCommand {
  std::string action = "list";
  std::filesystem::path models_dir, source, output;
  std::vector<std::filesystem::path> checkpoints;
  TemporalModelOptions model;
  bool frame_by_frame = false;
  int channels = 0;

  int Run() {
    if (action != "export" && (frame_by_frame || model.causal || model.dense)) {
      throw UsageError(fmt::format(
          "videopose models {}: --streaming, --causal and --dense go with export", action));
    }
    if ((action == "widen") != (channels > 0)) {
      throw UsageError(
          fmt::format("videopose models {}: --channels goes with widen, which needs it", action));
    }
    if (action == "pack" || action == "causal" || action == "widen" || action == "export") {
      return Convert();
    }
    if (models_dir.empty()) models_dir = DefaultModelsDir();
    if (action == "fetch") {
      FetchModels(models_dir, source, {.stop_requested = &StopRequested()});
    }
    fmt::print("{}\n", models_dir.string());
    bool all_intact = true;
    std::string_view package;
    for (const ModelFile& file : ModelFiles()) {
      if (file.package != std::exchange(package, file.package)) {
        fmt::print(" {} (npm, Apache-2.0)\n", package);
      }
      const bool is_there = std::filesystem::exists(models_dir / file.name);
      const bool is_intact = is_there && HasIntactModel(models_dir, file);
      all_intact = all_intact && is_intact;
      fmt::print("  {:<38} {:>5.1f} MB  {}\n", file.name, static_cast<double>(file.bytes) / 1e6,
                 is_intact  ? "here"
                 : is_there ? "damaged"
                            : "missing");
    }
    if (!all_intact) fmt::print("To get what is missing or damaged: videopose models fetch\n");
    fmt::print("lifter: {}\n", DefaultLifter().string());
    return 0;
  }

  int Convert() const {
    if (checkpoints.empty() || output.empty()) {
      throw UsageError(
          fmt::format("videopose models {0}: which file? Give CHECKPOINT.bin and -o {1}", action,
                      action == "pack"     ? "LIFTER.bin"
                      : action == "export" ? "LIFTER.onnx"
                                           : "START.bin"));
    }
    if (checkpoints.size() > 1 && action != "pack") {
      throw UsageError(
          fmt::format("videopose models {}: expected one checkpoint, found {}; a mean "
                      "of several is made by pack",
                      action, checkpoints.size()));
    }
    CheckOutputs(checkpoints, {output});
    if (action == "export") {
      Export();
    } else if (action == "pack") {
      std::vector<TrainingCheckpoint> read;
      for (const auto& path : checkpoints) read.push_back(ReadTrainingCheckpoint(path));
      WriteLifter(output, MeanCheckpoint(read));
    } else {
      WriteTrainingCheckpoint(output, Start(ReadTrainingCheckpoint(checkpoints[0])));
    }
    std::error_code is_no_file;
    const auto bytes = std::filesystem::file_size(output, is_no_file);
    fmt::print("wrote {}{}\n", output.string(),
               is_no_file ? "" : fmt::format(" ({:.1f} MB)", static_cast<double>(bytes) / 1e6));
    return 0;
  }

  void Export() const {
    if (LowerCaseExtension(output) != ".onnx") {
      throw UsageError(
          fmt::format("videopose models export: {}: expected a name with .onnx", output.string()));
    }
    WriteOnnxLifter(output, ReadLiftCheckpoint(checkpoints[0], model),
                    frame_by_frame ? OnnxKind::kFrameByFrame : OnnxKind::kWholeSequence);
  }

  // A training that has yet to begin.
  TrainingCheckpoint Start(const TrainingCheckpoint& from) const {
    const TemporalArchitecture& architecture = from.pose.weights.architecture;
    if (action == "causal" && architecture.causal) {
      Fail("{}: causal already; expected a network that sees the future", checkpoints[0].string());
    }
    if (action == "widen" && channels < architecture.channels) {
      Fail("{}: {} channels already; expected a network with at most {}", checkpoints[0].string(),
           architecture.channels, channels);
    }
    const auto changed = [&](const TemporalWeights& weights) {
      return action == "causal" ? CausalFold(weights) : Widen(weights, channels, kWidenSeed);
    };
    TrainingCheckpoint start{.learning_rate = from.learning_rate,
                             .pose = {.weights = changed(from.pose.weights)},
                             .input = from.input,
                             .joints = from.joints};
    if (from.trajectory) start.trajectory = {.weights = changed(from.trajectory->weights)};
    return start;
  }
};

}  // namespace

std::function<int()> ConfigureModels(CLI::App& app) {
  auto command = std::make_shared<ModelsCommand>();
  app.add_option(
         "action", command->action,
         "list (default); fetch: download missing ones; pack: make a lifter from a training "
         "checkpoint (weights only, half precision); causal: make a checkpoint from which `run "
         "--causal -r` trains a causal network that starts with these weights; widen: the same for "
         "a network with more channels; export: write a lifter or checkpoint as an ONNX file, "
         "which --lifter reads, too")
      ->check(CLI::IsMember({"list", "fetch", "pack", "causal", "widen", "export"}))
      ->type_name("list|fetch|pack|causal|widen|export");
  app.add_option("checkpoint", command->checkpoints,
                 "checkpoint for pack, causal, widen and export; of several, pack takes the mean")
      ->type_name("CHECKPOINT.bin");
  app.add_option("-o,--output", command->output, "output of pack, causal, widen and export")
      ->type_name("FILE");
  app.add_option("--channels", command->channels, "widen: channels of the network's hidden layers")
      ->check(CLI::Range(1, 1 << 14))
      ->type_name("N");
  app.add_flag("--streaming", command->frame_by_frame,
               "export a network that takes one frame at a time, with its state");
  app.add_flag("--causal", command->model.causal,
               "export: the checkpoint is causal; ours say so themselves");
  app.add_flag("--dense", command->model.dense, "export: the checkpoint has dense convolutions");
  app.add_option("--models-dir", command->models_dir,
                 "(default: $VIDEOPOSE_MODELS or the cache folder)")
      ->type_name("DIR");
  app.add_option(
         "--from", command->source,
         "without a network: folder with the files, or an npm package (mediapipe-pose-*.tgz, "
         "mediapipe-objectron-*.tgz)")
      ->type_name("PATH");
  return [command] { return command->Run(); };
}

}  // namespace videopose::internal

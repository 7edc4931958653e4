// SPDX-License-Identifier: Apache-2.0

// videopose models: the detector's weights, which cannot be shipped, and lifters of the user.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string_view>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/fetch_models.h"
#include "videopose/cli/options.h"
#include "videopose/cli/stop.h"
#include "videopose/cli/usage_error.h"
#include "videopose/detect.h"
#include "videopose/lift/causal_fold.h"
#include "videopose/train/training_checkpoint.h"

namespace videopose {
namespace {

struct ModelsCommand {
  std::string action = "list";
  std::filesystem::path models_dir, source, checkpoint, output;

  int Run() {
    if (action == "pack" || action == "causal") return Convert();
    if (models_dir.empty()) models_dir = DefaultModelsDir();
    if (action == "fetch") {
      FetchModels(models_dir, source, {.stop_requested = &StopRequested()});
    }
    fmt::print("{}\n", models_dir.string());
    bool all_there = true;
    std::string_view package;
    for (const ModelFile& file : ModelFiles()) {
      if (file.package != std::exchange(package, file.package)) {
        fmt::print(" {} (npm, Apache-2.0)\n", package);
      }
      const bool is_there = std::filesystem::exists(models_dir / file.name);
      all_there = all_there && is_there;
      fmt::print("  {:<38} {:>5.1f} MB  {}\n", file.name, static_cast<double>(file.bytes) / 1e6,
                 is_there ? "here" : "missing");
    }
    if (!all_there) fmt::print("To get what is missing: videopose models fetch\n");
    fmt::print("lifter: {}\n", DefaultLifter().string());
    return 0;
  }

  int Convert() const {
    if (checkpoint.empty() || output.empty()) {
      throw UsageError(
          fmt::format("videopose models {0}: which file? Give CHECKPOINT.bin and -o {1}.bin",
                      action, action == "pack" ? "LIFTER" : "START"));
    }
    const TrainingCheckpoint from = ReadTrainingCheckpoint(checkpoint);
    if (action == "pack") {
      WriteLifter(output, from);
    } else {
      WriteTrainingCheckpoint(output, CausalStart(from));
    }
    fmt::print("wrote {} ({:.1f} MB)\n", output.string(),
               static_cast<double>(std::filesystem::file_size(output)) / 1e6);
    return 0;
  }

  // A training that has yet to begin.
  TrainingCheckpoint CausalStart(const TrainingCheckpoint& from) const {
    if (from.pose.weights.architecture.causal) {
      Fail("{}: causal already; expected a network that sees the future", checkpoint.string());
    }
    TrainingCheckpoint start{.learning_rate = from.learning_rate,
                             .pose = {.weights = CausalFold(from.pose.weights)},
                             .input = from.input,
                             .joints = from.joints};
    if (from.trajectory) start.trajectory = {.weights = CausalFold(from.trajectory->weights)};
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
         "--causal -r` trains a causal network that starts with these weights")
      ->check(CLI::IsMember({"list", "fetch", "pack", "causal"}))
      ->type_name("list|fetch|pack|causal");
  app.add_option("checkpoint", command->checkpoint, "checkpoint for pack and causal")
      ->type_name("CHECKPOINT.bin");
  app.add_option("-o,--output", command->output, "output of pack and causal")
      ->type_name("FILE.bin");
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

}  // namespace videopose

// videopose models [fetch]: the detector's weights, which are not ours to ship.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/options.h"
#include "videopose/cli/stop.h"
#include "videopose/detect/model_store.h"
#include "videopose/train/training_checkpoint.h"

namespace videopose {
namespace {

struct ModelsCommand {
  std::string action = "list";
  std::filesystem::path models_dir, source, checkpoint, output;

  int Run() {
    if (action == "pack") return Pack();
    if (models_dir.empty()) models_dir = DefaultModelsDir();
    if (action == "fetch") {
      FetchModels(models_dir, source, {.stop_requested = &StopRequested()});
    }
    fmt::print("{}\n", models_dir.string());
    bool all_there = true;
    for (const ModelFile& file : ModelFiles()) {
      const bool is_there = std::filesystem::exists(models_dir / file.name);
      all_there = all_there && is_there;
      fmt::print("  {:<34} {:>5.1f} MB  {}\n", file.name, static_cast<double>(file.bytes) / 1e6,
                 is_there ? "here" : "missing");
    }
    if (!all_there) fmt::print("To get what is missing: videopose models fetch\n");
    fmt::print("lifter: {}\n", DefaultLifter().string());
    return 0;
  }

  int Pack() const {
    if (checkpoint.empty() || output.empty()) {
      throw UsageError("videopose models pack: which file? Give CHECKPOINT.bin and -o LIFTER.bin");
    }
    WriteLifter(output, ReadTrainingCheckpoint(checkpoint));
    fmt::print("wrote {} ({:.1f} MB)\n", output.string(),
               static_cast<double>(std::filesystem::file_size(output)) / 1e6);
    return 0;
  }
};

}  // namespace

std::function<int()> ConfigureModels(CLI::App& app) {
  auto command = std::make_shared<ModelsCommand>();
  app.add_option("action", command->action,
                 "list (default); fetch those that are missing; pack a training checkpoint into a "
                 "lifter: weights alone, in half precision")
      ->check(CLI::IsMember({"list", "fetch", "pack"}))
      ->type_name("list|fetch|pack");
  app.add_option("checkpoint", command->checkpoint, "to pack")->type_name("CHECKPOINT.bin");
  app.add_option("-o,--output", command->output, "of pack")->type_name("LIFTER.bin");
  app.add_option("--models-dir", command->models_dir,
                 "(default: $VIDEOPOSE_MODELS or the cache folder)")
      ->type_name("DIR");
  app.add_option("--from", command->source,
                 "offline: a folder with the files, or the npm package (mediapipe-pose-*.tgz)")
      ->type_name("PATH");
  return [command] { return command->Run(); };
}

}  // namespace videopose

// SPDX-License-Identifier: Apache-2.0

// videopose prepare: raw data as data sets for `run`; the user's keypoints here, published data
// sets in prepare_commands.h.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "videopose/app/check_outputs.h"
#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/import_flags.h"
#include "videopose/cli/options.h"
#include "videopose/cli/prepare_commands.h"
#include "videopose/cli/progress_line.h"
#include "videopose/data/prepare_custom.h"

namespace videopose::internal {
namespace {

struct PrepareCustomCommand {
  PrepareCustomOptions options;
  bool force = false, quiet = false;

  int Run() {
    const std::filesystem::path output =
        options.data_dir / fmt::format("data_2d_custom_{}.npz", options.name);
    if (!force && std::filesystem::exists(output)) {
      Fail(ErrorCode::kAlreadyExists, {.file = output, .option = "force"}, "{}: is there already",
           output.string());
    }
    CheckOutputs(options.inputs, {output});
    {
      ProgressLine progress(quiet);
      options.monitor = progress.monitor();
      PrepareCustom(options);
    }
    if (quiet) return 0;
    for (const auto& video : KeypointFile::Read(output).video_sizes) {
      fmt::print("{}: {} x {}\n", video.name, video.value.width_px, video.value.height_px);
    }
    fmt::print("wrote {}, for: videopose run -d custom -k {}\n", output.string(), options.name);
    return 0;
  }
};

}  // namespace

std::function<int()> ConfigurePrepare(CLI::App& app) {
  CLI::App* custom = app.add_subcommand(
      "custom", "your own keypoints, from `videopose detect` or another program");
  app.require_subcommand(1);
  auto command = std::make_shared<PrepareCustomCommand>();
  custom
      ->add_option(
          "inputs", command->options.inputs,
          "keypoint files, or folders of them; frames without a detection are interpolated")
      ->required()
      ->type_name("DIR|FILES");
  custom
      ->add_option("-o,--output", command->options.name,
                   "name of the keypoints: data_2d_custom_<NAME>.npz")
      ->required()
      ->type_name("NAME")
      ->group("Output");
  custom
      ->add_option("--data-dir", command->options.data_dir,
                   "folder of the data sets (default: data)")
      ->type_name("DIR")
      ->group("Output");
  custom->add_flag("--force", command->force, "replace a file that exists")->group("Output");
  AddImportOptions(*custom, command->options.import);
  AddGeneralOptions(*custom, command->quiet);
  return [command, data_sets = AddDatasetCommands(app)] {
    for (const PrepareSubcommand& data_set : data_sets) {
      if (data_set.app->parsed()) return data_set.run();
    }
    return command->Run();
  };
}

}  // namespace videopose::internal

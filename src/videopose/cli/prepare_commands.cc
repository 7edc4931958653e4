// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/prepare_commands.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "videopose/base/error.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/prepare/prepare_detections.h"
#include "videopose/prepare/prepare_h36m.h"
#include "videopose/prepare/prepare_humaneva.h"

namespace videopose::internal {
namespace {

struct DatasetCommand {
  PrepareOptions options;
  std::string name;  // of the keypoints
  std::filesystem::path detections;
  bool quiet = false;
  std::function<PreparedSet(const DatasetCommand&)> prepare;

  int Run() {
    PreparedSet set;
    {
      ProgressLine progress(quiet);
      options.monitor = progress.monitor();
      set = prepare(*this);
    }
    if (quiet) return 0;
    for (const std::string& left_out : set.left_out) fmt::print("without {}\n", left_out);
    for (const auto& path : set.written) fmt::print("wrote {}\n", path.string());
    return 0;
  }
};

std::shared_ptr<DatasetCommand> AddCommand(CLI::App& app, const char* input_name,
                                           const char* input_help) {
  auto command = std::make_shared<DatasetCommand>();
  app.add_option("input", command->options.input, input_help)
      ->required()
      ->check(CLI::ExistingPath)
      ->type_name(input_name);
  app.add_option("--data-dir", command->options.data_dir, "folder of the data sets (default: data)")
      ->type_name("DIR")
      ->group("Output");
  app.add_flag("--force", command->options.force, "replace files that exist")->group("Output");
  app.add_flag("--partial", command->options.partial,
               "go on without missing or surplus files, and name them");
  AddGeneralOptions(app, command->quiet);
  return command;
}

CLI::Option* AddName(CLI::App& app, DatasetCommand& command, const char* help) {
  return app.add_option("-o,--output", command.name, help)->type_name("NAME")->group("Output");
}

}  // namespace

void AddUnpackLimit(CLI::App& app, int64_t& max_unpacked_gib) {
  constexpr int64_t kMost = 1 << 20;
  app.add_option("--max-unpacked-gib", max_unpacked_gib,
                 "largest unpacked size of an archive (default: 16)")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, kMost));
}

std::vector<PrepareSubcommand> AddDatasetCommands(CLI::App& prepare) {
  std::vector<PrepareSubcommand> commands;
  const auto add = [&](CLI::App* app, const std::shared_ptr<DatasetCommand>& command) {
    commands.push_back({app, [command] { return command->Run(); }});
  };

  CLI::App* h36m = prepare.add_subcommand("h36m", "Human3.6M's motion capture");
  auto command = AddCommand(*h36m, "DIR|ZIP",
                            "a folder with S1/MyPoseFeatures/D3_Positions/*.cdf or *.cdf.mat, or "
                            "h36m.zip");
  AddUnpackLimit(*h36m, command->options.max_unpacked_gib);
  command->prepare = [](const DatasetCommand& of) { return PrepareH36m(of.options); };
  add(h36m, command);

  CLI::App* detections = prepare.add_subcommand(
      "h36m-detections", "detections of Detectron, Detectron2 or CPN in Human3.6M's videos");
  command = AddCommand(*detections, "DIR", "a folder with S1/<Action>.<camera>.mp4.npz");
  AddName(*detections, *command, "name of the keypoints; contains coco, h36m or mpii")->required();
  command->prepare = [](const DatasetCommand& of) {
    return PrepareH36mDetections(of.options, of.name);
  };
  add(detections, command);

  CLI::App* hourglass = prepare.add_subcommand(
      "stacked-hourglass", "detections of Stacked Hourglass in Human3.6M's videos");
  command = AddCommand(*hourglass, "ARCHIVE", "the .zip (pretrained) or .tar.gz (fine-tuned)");
  AddUnpackLimit(*hourglass, command->options.max_unpacked_gib);
  command->prepare = [](const DatasetCommand& of) { return PrepareStackedHourglass(of.options); };
  add(hourglass, command);

  CLI::App* humaneva = prepare.add_subcommand("humaneva", "HumanEva's motion capture");
  command = AddCommand(*humaneva, "DIR", "a folder with Train/S1/<Action>.mat and Validate");
  CLI::Option* folder =
      humaneva
          ->add_option("--detections", command->detections,
                       "also convert detections: a folder with S1/<Action>_(C1).avi.npz")
          ->type_name("DIR")
          ->check(CLI::ExistingDirectory);
  CLI::Option* name =
      AddName(*humaneva, *command, "name of the detections; contains coco, h36m or mpii");
  folder->needs(name);
  name->needs(folder);
  command->prepare = [](const DatasetCommand& of) {
    return PrepareHumanEva(of.options, {.folder = of.detections, .name = of.name});
  };
  add(humaneva, command);
  return commands;
}

}  // namespace videopose::internal

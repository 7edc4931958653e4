// videopose lift KEYPOINTS.npz -o POSES.npz: the second step of `video` alone.

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "videopose/cli/command.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/cli/summary.h"
#include "videopose/formats/pose_file.h"
#include "videopose/lift/lifter.h"
#include "videopose/pipeline/write_exports.h"

namespace videopose {
namespace {

struct LiftCommand {
  std::filesystem::path input, lifter;
  ExportPaths exports;
  bool average_flip = true;
  bool quiet = false;

  int Run() {
    const auto start = std::chrono::steady_clock::now();
    CheckExports(exports, input);
    const KeypointSequence keypoints = ReadKeypoints(input);
    const Lifter model = Lifter::Load(lifter.empty() ? DefaultLifter() : lifter);
    Motion motion;
    {
      ProgressLine progress(quiet);
      motion = model.Lift(keypoints, {.average_flip = average_flip, .monitor = progress.monitor()});
    }
    const auto outputs = WriteExports(exports, motion, &keypoints);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    if (!quiet) PrintSummary(keypoints, elapsed.count(), outputs);
    return 0;
  }
};

}  // namespace

std::function<int()> ConfigureLift(CLI::App& app) {
  auto command = std::make_shared<LiftCommand>();
  app.add_option("input", command->input, "keypoints: what `videopose detect` wrote")
      ->required()
      ->type_name("KEYPOINTS");
  app.add_option("-o,--output,--export", command->exports.poses,
                 fmt::format("the poses: {} (repeatable)", fmt::join(PoseExtensions(), ", ")))
      ->required()
      ->type_name("FILE")
      ->group("Output")
      ->take_all()
      ->expected(1);
  AddAnglesOption(app, command->exports);
  AddLifterOption(app, command->lifter);
  app.add_flag_callback(
         "--no-flip", [command] { command->average_flip = false; },
         "do not average with the mirrored input (faster, a little less accurate)")
      ->group("Lifting");
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace videopose

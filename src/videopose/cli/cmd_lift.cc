// SPDX-License-Identifier: Apache-2.0

// videopose lift KEYPOINTS -o POSES.npz: the second step of `video` alone.

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "videopose/app/check_outputs.h"
#include "videopose/app/people_in_file.h"
#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/import_flags.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/cli/summary.h"
#include "videopose/engine/file_driver.h"
#include "videopose/formats/describe.h"
#include "videopose/pose/scenes.h"
#include "videopose/process.h"

namespace videopose::internal {
namespace {

struct LiftCommand {
  std::filesystem::path input, lifter;
  ImportOptions import;
  ExportPaths exports;
  PersonSelection people{.count = kAllPeople};
  WorldLiftOptions options;
  int scene = 0;
  bool quiet = false;

  void TakeScene(KeypointSequence& keypoints) const {
    const auto scenes = ScenesOf(keypoints.camera.cuts, keypoints.frame_count);
    if (scene > std::ssize(scenes)) {
      Fail(ErrorCode::kInvalidArgument, "{}: there is no scene {}; expected 1 to {}",
           input.string(), scene, scenes.size());
    }
    keypoints = SceneOf(keypoints, scenes[static_cast<size_t>(scene) - 1]);
  }

  int Run() {
    const auto start = std::chrono::steady_clock::now();
    CheckExports(exports, input);
    CheckOutputs({lifter}, exports.poses);
    KeypointSequence keypoints = ImportAndTell(input, import, quiet);
    if (scene > 0) TakeScene(keypoints);
    SelectPeople(people, keypoints);
    const Lifter model = Lifter::Load(lifter.empty() ? DefaultLifter() : lifter);
    ProcessedClip clip;
    {
      ProgressLine progress(quiet);
      clip = ProcessKeypoints(keypoints, model, options, progress.monitor());
    }
    const auto outputs = WriteExports(exports, clip.motion, &clip.keypoints);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    if (quiet) return 0;
    PrintSummary(keypoints, elapsed.count(), outputs);
    fmt::print("{}", DescribeCamera(clip.keypoints.camera, clip.keypoints.fps,
                                    clip.keypoints.start_s, "", &clip.motion));
    fmt::print("{}", FormatGround(clip.motion, options.ground));
    return 0;
  }
};

}  // namespace

std::function<int()> ConfigureLift(CLI::App& app) {
  auto command = std::make_shared<LiftCommand>();
  app.add_option("input", command->input, "keypoints from `videopose detect` or another program")
      ->required()
      ->type_name("KEYPOINTS");
  app.add_option("-o,--output,--export", command->exports.poses,
                 fmt::format("poses: {} (repeatable)", fmt::join(MotionExtensions(), ", ")))
      ->required()
      ->type_name("FILE")
      ->group("Output")
      ->take_all()
      ->expected(1);
  AddHtmlVideoOption(app, command->exports);
  AddAnglesOption(app, command->exports);
  AddSceneOption(app, command->scene);
  AddSelectOption(app, command->people);
  AddImportOptions(app, command->import);
  AddImportRateOption(app, command->import);
  AddLifterOption(app, command->lifter);
  AddJointsOption(app, command->options.hands_and_feet);
  app.add_flag_callback(
         "--no-flip", [command] { command->options.average_flip = false; },
         "no average with the mirrored input: faster, a little less accurate")
      ->group("Lifting");
  AddGroundOptions(app, command->options.ground, nullptr);
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace videopose::internal

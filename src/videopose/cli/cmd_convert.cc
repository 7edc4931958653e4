// SPDX-License-Identifier: Apache-2.0

// videopose convert IN OUT...: poses from one kind of file to others.

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/options.h"
#include "videopose/cli/summary.h"
#include "videopose/cli/usage_error.h"
#include "videopose/files.h"
#include "videopose/formats/describe.h"
#include "videopose/formats/file_formats.h"
#include "videopose/pose/default_fps.h"
#include "videopose/process.h"

namespace videopose::internal {
namespace {

struct ConvertCommand {
  std::filesystem::path input;
  ExportPaths exports;
  double fps = kDefaultFps;
  bool quiet = false;

  int Run() const {
    if (exports.poses.empty() && exports.angles.empty()) {
      throw UsageError("videopose convert: nothing to write; name an OUT, or --angles FILE");
    }
    CheckExports(exports, input);
    const PoseClip clip = ReadMotion(input, fps);
    if (!SizeWarning(clip.motion, input, 1).empty()) {
      fmt::print(stderr, "videopose: {}\n", SizeWarning(clip.motion, input, LengthUnitOf_m(input)));
    }
    const auto written =
        WriteExports(exports, clip.motion, clip.keypoints ? &*clip.keypoints : nullptr);
    if (quiet) return 0;
    fmt::print("{} frames, {}\n", clip.motion.frame_count, DescribePeople(clip.motion));
    for (const auto& path : written) fmt::print("wrote {}\n", path.string());
    return 0;
  }
};

}  // namespace

std::function<int()> ConfigureConvert(CLI::App& app) {
  auto command = std::make_shared<ConvertCommand>();
  app.add_option("input", command->input,
                 fmt::format("poses: {}, as --export writes them", ReadPoseExtensions()))
      ->required()
      ->type_name("IN");
  app.add_option("output", command->exports.poses,
                 fmt::format("one or more of {}", fmt::join(MotionExtensions(), ", ")))
      ->type_name("OUT");
  AddHtmlVideoOption(app, command->exports);
  AddAnglesOption(app, command->exports);
  app.add_option("--fps", command->fps,
                 "frame rate of an .npy, which does not say it (default: 25)")
      ->check(CLI::Range(0.01, 10'000.0))
      ->type_name("N")
      ->group("Input");
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// videopose video IN -o OUT: one video, or a folder of them one after the other.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>

#include "videopose/base/error.h"
#include "videopose/cli/advice.h"
#include "videopose/cli/batch.h"
#include "videopose/cli/command.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/cli/summary.h"
#include "videopose/cli/usage_error.h"
#include "videopose/detect.h"
#include "videopose/process.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

struct VideoCommand {
  fs::path input, output;
  VideoToPoseOptions options;
  bool force = false;
  bool quiet = false;

  int Run();

 private:
  void RunOne(const fs::path& in, const fs::path& out, const ExportPaths& exports);
  int RunFolder();
};

void VideoCommand::RunOne(const fs::path& in, const fs::path& out, const ExportPaths& exports) {
  const auto start = std::chrono::steady_clock::now();
  options.exports = exports;
  VideoToPoseResult result;
  {
    ProgressLine progress(quiet);
    result = VideoToPose(in, out, options, progress.monitor());
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  PrintDecodeWarnings(result.decode_warnings);
  if (quiet) return;
  std::vector<fs::path> files = {out};
  files.insert(files.end(), result.exported.begin(), result.exported.end());
  PrintSummary(result.keypoints, elapsed.count(), files);
  fmt::print("{}", FormatCaptureRate(result.video));
  fmt::print("{}", FormatGround(result.motion, options.lift.ground));
}

int VideoCommand::RunFolder() {
  const std::vector<BatchItem> items = PlanBatch(input, output, options.exports);
  std::error_code error;
  fs::create_directories(output, error);
  if (error) {
    Fail(ErrorCode::kCannotWrite, "{}: cannot make this folder: {}", output.string(),
         error.message());
  }
  std::vector<std::string> failures;
  size_t number = 0, skipped = 0;
  for (const BatchItem& item : items) {
    ++number;
    if (!force && item.IsDone()) {
      ++skipped;
      continue;
    }
    if (!quiet) fmt::print("[{}/{}] {}\n", number, items.size(), item.input.string());
    std::fflush(stdout);
    try {
      RunOne(item.input, item.output, item.exports);
    } catch (const Error& failure) {
      failures.push_back(WithAdvice(failure));
      fmt::print(stderr, "videopose: {}\n", failures.back());
    }
  }
  if (!quiet) {
    fmt::print("{} of {} videos done{}\n", items.size() - failures.size(), items.size(),
               skipped == 0 ? "" : fmt::format(" ({} before; --force does them again)", skipped));
  }
  if (failures.empty()) return 0;
  fmt::print(stderr, "videopose: {} failed:\n", failures.size());
  for (const std::string& failure : failures) fmt::print(stderr, "  {}\n", failure);
  return 1;
}

int VideoCommand::Run() {
  if (options.detector.models_dir.empty()) options.detector.models_dir = DefaultModelsDir();
  if (options.lifter.empty()) options.lifter = DefaultLifter();
  if (!fs::exists(input)) {
    Fail(ErrorCode::kFileNotFound, "{}: no such file or folder", input.string());
  }
  const bool is_batch = IsFolderOfVideos(input);
  if (is_batch && output.empty()) {
    throw UsageError(fmt::format(
        "{} is a folder of videos; say where the results go with -o FOLDER/", input.string()));
  }
  EnsureModels(options.detector, quiet);
  if (is_batch) return RunFolder();
  RunOne(input, output.empty() ? DefaultOutput(input) : output, options.exports);
  return 0;
}

}  // namespace

std::function<int()> ConfigureVideo(CLI::App& app) {
  auto command = std::make_shared<VideoCommand>();
  app.add_option("input", command->input,
                 "a video, an image, a folder of images, or a folder of videos")
      ->required()
      ->type_name("IN");
  app.add_option(
         "-o,--output", command->output,
         "OUT.mp4, OUT.gif, or a folder (of .png frames, or of results for a folder of videos); "
         "default: IN_3d.mp4 in the current folder")
      ->type_name("OUT")
      ->group("Output");
  AddExportOption(app, command->options.exports);
  AddAnglesOption(app, command->options.exports);
  app.add_flag("--force", command->force, "folder of videos: redo what is done")->group("Output");
  AddEncodingOptions(app, command->options.encoding);
  AddReadOptions(app, command->options.read);
  AddCapturedFpsOption(app, command->options.read);
  AddPeopleOptions(app, command->options.people);
  AddDetectorOptions(app, command->options.detector);
  AddLifterOption(app, command->options.lifter);
  app.add_flag_callback(
         "--no-flip", [command] { command->options.lift.average_flip = false; },
         "no average with the mirrored input: faster, a little less accurate")
      ->group("Lifting");
  AddGroundOptions(app, command->options.lift.ground, &command->options.render_smooth_s);
  AddRenderOptions(app, command->options.render);
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace videopose::internal

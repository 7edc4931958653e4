// SPDX-License-Identifier: Apache-2.0

// videopose video IN -o OUT: one video, or a folder of them one after the other.

#include <fcntl.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/cli/advice.h"
#include "videopose/cli/batch.h"
#include "videopose/cli/command.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/cli/stop.h"
#include "videopose/cli/summary.h"
#include "videopose/cli/usage_error.h"
#include "videopose/detect.h"
#include "videopose/formats/describe.h"
#include "videopose/process.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

// Those that may hold videos.
std::vector<std::string> SubfoldersOf(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (entry->is_directory(error) && !name.starts_with(".")) names.push_back(name + "/");
  }
  std::sort(names.begin(), names.end());
  return names;
}

struct VideoCommand {
  fs::path input, output;
  VideoToPoseOptions options;
  bool force = false;
  bool quiet = false;
  std::optional<AtomicFile> spooled = std::nullopt;  // the input, where it came through a pipe

  int Run();

 private:
  void Spool();
  void RunOne(const fs::path& in, const fs::path& out, const ExportPaths& exports);
  int RunFolder();
};

// A pipe can be read once, and a video is read twice.
void VideoCommand::Spool() {
  std::error_code error;
  const bool is_standard = input == "-";
  if (!is_standard && !fs::is_fifo(input, error)) return;
  if (output.empty()) output = is_standard ? "stdin_3d.mp4" : DefaultOutput(input);
  const int from = is_standard ? STDIN_FILENO : open(input.c_str(), O_RDONLY | O_CLOEXEC);
  spooled.emplace(fs::temp_directory_path() / (is_standard ? "standard input" : input.filename()));
  std::ofstream to(spooled->temporary_path(), std::ios::binary);
  std::vector<char> piece(1 << 16);
  ssize_t count = 0;
  while ((count = read(from, piece.data(), piece.size())) > 0 && to.write(piece.data(), count)) {
    if (StopRequested()) throw Cancelled();
  }
  const int reason = errno;
  if (!is_standard) close(from);
  if (count < 0) {
    FailAt(input, ErrorCode::kUnreadable, "cannot read: {}", std::strerror(reason));
  }
  if (!to.flush()) {
    FailAt(spooled->target(), ErrorCode::kCannotWrite, "cannot keep the video here meanwhile: {}",
           std::strerror(reason));
  }
  input = spooled->temporary_path();
}

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
  fmt::print("{}", DescribeCamera(result.keypoints.camera, result.keypoints.fps,
                                  result.keypoints.start_s, ""));
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
  const std::vector<std::string> folders = SubfoldersOf(input);
  if (!folders.empty()) {
    fmt::print(stderr, "videopose: not looked into: {}; give a sub-folder by itself\n",
               fmt::join(folders, ", "));
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
  if (input.string().find("://") != std::string::npos) {
    throw UsageError(fmt::format(
        "{} is an address; videopose live reads those, and writes the same files with -o",
        input.string()));
  }
  Spool();
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
                 "a video, an image, a folder of images, a folder of videos, or - (standard input)")
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
  AddSceneOption(app, command->options.scene);
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

// SPDX-License-Identifier: Apache-2.0

// videopose video IN -o OUT: one video, or a folder or list of them one after the other.

#include <fcntl.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "videopose/app/check_outputs.h"
#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/cli/advice.h"
#include "videopose/cli/batch.h"
#include "videopose/cli/batch_run.h"
#include "videopose/cli/command.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/cli/stop.h"
#include "videopose/cli/summary.h"
#include "videopose/cli/usage_error.h"
#include "videopose/detect.h"
#include "videopose/formats/describe.h"
#include "videopose/media/download.h"
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
  fs::path list;  // instead of the input
  VideoToPoseOptions options;
  BatchRunOptions batch;
  double dead_after_s = std::chrono::duration<double>(kDeadAfter).count();
  bool quiet = false;
  std::optional<AtomicFile> spooled = std::nullopt;  // the input, where it came through a pipe

  int Run();

 private:
  void Spool();
  // The number of frames.
  int64_t RunOne(const fs::path& in, const fs::path& out, const ExportPaths& exports);
  int64_t RunItem(const BatchItem& item);
  void CheckManyOutputs(const std::vector<fs::path>& videos,
                        const std::vector<BatchItem>& items) const;
  int RunMany(const std::vector<fs::path>& videos);
};

// A pipe can be read once, and a video is read twice.
void VideoCommand::Spool() {
  std::error_code error;
  const bool is_standard = input == "-";
  if (!is_standard && !fs::is_fifo(input, error)) return;
  CheckOutputs({input}, {output});
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

int64_t VideoCommand::RunOne(const fs::path& in, const fs::path& out, const ExportPaths& exports) {
  const auto start = std::chrono::steady_clock::now();
  options.exports = exports;
  VideoToPoseResult result;
  {
    ProgressLine progress(quiet);
    result = VideoToPose(in, out, options, progress.monitor());
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  PrintDecodeWarnings(result.decode_warnings);
  const int64_t frames = result.keypoints.frame_count;
  if (quiet) return frames;
  std::vector<fs::path> files = {out};
  files.insert(files.end(), result.exported.begin(), result.exported.end());
  PrintSummary(result.keypoints, elapsed.count(), files);
  fmt::print("{}", FormatCaptureRate(result.video));
  fmt::print("{}", DescribeCamera(result.keypoints.camera, result.keypoints.fps,
                                  result.keypoints.start_s, "", &result.motion));
  fmt::print("{}", FormatGround(result.motion, options.lift.ground));
  return frames;
}

// A video is read twice, so what is on a server is fetched first.
int64_t VideoCommand::RunItem(const BatchItem& item) {
  if (!IsAddress(item.input)) return RunOne(item.input, item.output, item.exports);
  const AtomicFile fetched(fs::temp_directory_path() / (item.name + ".video"));
  Download(item.input.string(), fetched.temporary_path(), StopRequested());
  return RunOne(fetched.temporary_path(), item.output, item.exports);
}

// What is done already is not written.
void VideoCommand::CheckManyOutputs(const std::vector<fs::path>& videos,
                                    const std::vector<BatchItem>& items) const {
  std::vector<fs::path> inputs = videos, outputs = {batch.report};
  inputs.push_back(list);
  inputs.push_back(options.lifter);
  for (const BatchItem& item : items) {
    if (!batch.force && item.IsDone()) continue;
    outputs.push_back(item.output);
    for (const auto* exports : {&item.exports.poses, &item.exports.angles}) {
      outputs.insert(outputs.end(), exports->begin(), exports->end());
    }
  }
  CheckOutputs(inputs, outputs);
}

int VideoCommand::RunMany(const std::vector<fs::path>& videos) {
  if (output.empty()) {
    throw UsageError(
        list.empty()
            ? fmt::format("{} is a folder of videos; say where the results go with -o FOLDER/",
                          input.string())
            : fmt::format("--list {}: say where the results go with -o FOLDER/", list.string()));
  }
  const std::vector<BatchItem> items = PlanBatch(videos, output, options.exports);
  CheckManyOutputs(videos, items);
  EnsureModels(options.detector, quiet);
  batch.folder = output;
  batch.quiet = quiet;
  batch.dead_after = std::chrono::milliseconds(std::llround(1000 * dead_after_s));
  return RunBatch(items, batch, [this](const BatchItem& item) { return RunItem(item); });
}

int VideoCommand::Run() {
  if (options.detector.models_dir.empty()) options.detector.models_dir = DefaultModelsDir();
  if (options.lifter.empty()) options.lifter = DefaultLifter();
  if (!list.empty()) return RunMany(VideosOnList(list));
  if (input.empty()) throw UsageError("input is required: a video, or --list FILE");
  if (IsAddress(input)) {
    throw UsageError(fmt::format(
        "{} is an address; videopose live reads those, and writes the same files with -o; a file "
        "on a server can stand on a --list",
        input.string()));
  }
  Spool();
  if (!fs::exists(input)) {
    Fail(ErrorCode::kFileNotFound, "{}: no such file or folder", input.string());
  }
  if (IsFolderOfVideos(input)) {
    const std::vector<std::string> folders = SubfoldersOf(input);
    if (!folders.empty()) {
      fmt::print(stderr, "videopose: not looked into: {}; give a sub-folder by itself\n",
                 fmt::join(folders, ", "));
    }
    return RunMany(VideosIn(input));
  }
  if (!batch.report.empty()) throw UsageError("--report is for a folder of videos or a --list");
  EnsureModels(options.detector, quiet);
  RunOne(input, output.empty() ? DefaultOutput(input) : output, options.exports);
  return 0;
}

}  // namespace

std::function<int()> ConfigureVideo(CLI::App& app) {
  auto command = std::make_shared<VideoCommand>();
  CLI::Option* const input =
      app.add_option("input", command->input,
                     "a video, an image, a folder of images, a folder of videos, or - (standard "
                     "input)")
          ->type_name("IN");
  app.add_option(
         "-o,--output", command->output,
         "OUT.mp4, OUT.gif, or a folder (of .png frames, or of results for a folder of videos); "
         "default: IN_3d.mp4 in the current folder")
      ->type_name("OUT")
      ->group("Output");
  AddExportOption(app, command->options.exports);
  AddAnglesOption(app, command->options.exports);
  constexpr const char* kMany = "Many videos";
  app.add_option("--list", command->list,
                 "instead of IN: a text file with a clip a line, paths or addresses (http, https)")
      ->type_name("FILE")
      ->excludes(input)
      ->group(kMany);
  app.add_flag("--force", command->batch.force, "redo what is done")->group(kMany);
  app.add_option("--report", command->batch.report,
                 "how far all processes are that share the folder of results: JSON")
      ->type_name("FILE.json")
      ->group(kMany);
  app.add_option("--dead-after", command->dead_after_s,
                 "a process that gives no sign for so long has died: others take its clip; the "
                 "same for all (default: 60)")
      ->type_name("SECONDS")
      ->check(CLI::Range(1.0, 86400.0))
      ->group(kMany);
  AddEncodingOptions(app, command->options.encoding);
  AddReadOptions(app, command->options.read);
  AddCapturedFpsOption(app, command->options.read);
  AddSceneOption(app, command->options.scene);
  AddPeopleOptions(app, command->options.people);
  AddDetectorOptions(app, command->options.detector);
  AddInPartsOption(app, command->options.in_parts);
  AddLifterOption(app, command->options.lifter);
  AddJointsOption(app, command->options.lift.hands_and_feet);
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

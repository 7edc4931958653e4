// SPDX-License-Identifier: Apache-2.0

// videopose detect IN -o KEYPOINTS.npz: the first step of `video` alone.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "videopose/app/check_outputs.h"
#include "videopose/cli/command.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/cli/summary.h"
#include "videopose/detect.h"
#include "videopose/engine/parallel_detection.h"
#include "videopose/files.h"
#include "videopose/formats/describe.h"
#include "videopose/formats/file_formats.h"
#include "videopose/process.h"

namespace videopose::internal {
namespace {

struct DetectCommand {
  std::filesystem::path input, output;
  VideoReaderOptions read;
  DetectorOptions detector;
  PersonSelection people;
  CameraMotion camera = CameraMotion::kAuto;
  int scene = 0;
  bool in_parts = false;
  bool quiet = false;

  int Run() {
    const auto start = std::chrono::steady_clock::now();
    if (detector.models_dir.empty()) detector.models_dir = DefaultModelsDir();
    const FileFormat& format = KeypointFormatFor(output);
    CheckOutputs({input}, {output});
    VideoReader reader(input, read);
    EnsureModels(detector, quiet);
    ProcessedParts processed;
    {
      ProgressLine progress(quiet);
      processed = Detect(reader, progress.monitor());
    }
    const ProcessedClip& detected = processed.clip;
    KeypointSequence& keypoints = processed.clip.keypoints;
    keypoints.start_s += read.start_s;
    format.write_keypoints(output, keypoints);
    PrintDecodeWarnings(processed.decode_warnings);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    if (quiet) return 0;
    fmt::print("{}", FormatPeople(detected.tracks, keypoints));
    PrintSummary(keypoints, elapsed.count(), {output});
    fmt::print("{}", FormatCaptureRate(processed.video));
    fmt::print("{}", DescribeCamera(keypoints.camera, keypoints.fps, keypoints.start_s, ""));
    return 0;
  }

 private:
  ProcessedParts Detect(VideoReader& reader, const WorkMonitor& monitor) const {
    const FileDriverOptions driver{.people = people,
                                   .raw = !detector.smooth,
                                   .scene = scene,
                                   .lift = {.ground = {.camera = camera}}};
    if (in_parts) {
      return ProcessVideoInParts(PartsOf(input, read, detector, people), driver, monitor);
    }
    const std::unique_ptr<PoseDetector> pose_detector = DetectorFor(detector, people);
    ProcessedParts result{.clip = ProcessVideo(reader, *pose_detector, driver, monitor),
                          .video = reader.info(),
                          .decode_warnings = reader.decode_warnings()};
    return result;
  }
};

}  // namespace

std::function<int()> ConfigureDetect(CLI::App& app) {
  auto command = std::make_shared<DetectCommand>();
  app.add_option("input", command->input, "a video, an image or a folder of images")
      ->required()
      ->type_name("IN");
  app.add_option("-o,--output", command->output,
                 fmt::format("the keypoints: {}", WrittenKeypointExtensions()))
      ->required()
      ->type_name("FILE")
      ->group("Output");
  AddReadOptions(app, command->read);
  AddCapturedFpsOption(app, command->read);
  AddSceneOption(app, command->scene);
  AddPeopleOptions(app, command->people);
  AddDetectorOptions(app, command->detector);
  AddCameraMotionOptions(app, command->camera);
  AddInPartsOption(app, command->in_parts);
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace videopose::internal

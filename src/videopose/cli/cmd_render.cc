// SPDX-License-Identifier: Apache-2.0

// videopose render POSES.npz --video CLIP -o OUT: the last step of `video` alone.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

#include "videopose/app/check_outputs.h"
#include "videopose/app/people_in_file.h"
#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/import_flags.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/files.h"
#include "videopose/formats/file_formats.h"
#include "videopose/ground/world.h"
#include "videopose/lift.h"
#include "videopose/media.h"
#include "videopose/process.h"

namespace videopose::internal {
namespace {

struct RenderCommand {
  std::filesystem::path input, video, output, lifter;
  ImportOptions import;
  PersonSelection people{.count = kAllPeople};
  RenderOptions render;
  double smooth_s = kRenderSmoothing_s;
  EncodingOptions encoding;
  bool quiet = false;
  VideoInfo info;  // of the video, if there is one

  int Run() {
    CheckOutputs({input, video, lifter}, {output});
    CheckVideoOutput(output);
    if (!video.empty()) info = VideoReader(video).info();
    PoseClip clip = HoldsPoses(input) ? ReadPoses(input) : LiftedInput();
    SelectPeople(people, clip);
    CompleteGrounding(clip.keypoints ? &*clip.keypoints : nullptr, clip.motion);
    if (smooth_s > 0) SmoothMotion(clip.motion, smooth_s);
    ProgressLine progress(quiet);
    int64_t drawn = clip.motion.frame_count;
    if (video.empty()) {
      RenderVideo(clip.motion, output, render, progress.monitor());
    } else if (!clip.keypoints) {
      Fail(
          "{}: holds no keypoints, so it cannot be laid over {}; leave --video out, or give a .npz "
          "or .json that "
          "`videopose lift` wrote",
          input.string(), video.string());
    } else {
      CheckRate(*clip.keypoints);
      drawn = RenderOverVideo(clip.motion, *clip.keypoints, video, output, render, encoding,
                              progress.monitor());
    }
    progress.Clear();
    if (drawn < clip.motion.frame_count) {
      fmt::print(stderr, "videopose: {} ends after {} of the {} frames of {}\n", video.string(),
                 drawn, clip.motion.frame_count, input.string());
    } else if (!video.empty() && GoesOn(*clip.keypoints)) {
      fmt::print(stderr, "videopose: {} ends after {} frames; {} goes on{}\n", input.string(),
                 drawn, video.string(),
                 info.estimated_frame_count > 0
                     ? fmt::format(", it has about {}", info.estimated_frame_count)
                     : "");
    }
    if (!quiet) fmt::print("{} frames\nwrote {}\n", drawn, output.string());
    return 0;
  }

  // Frame by frame the poses of another rate would drift away from the video's people. --fps says
  // that a file plays slower than it was taken.
  void CheckRate(const KeypointSequence& keypoints) const {
    if (import.fps > 0) return;
    constexpr double kTheSame = 0.01;
    for (const double fps : {info.captured_fps, info.frame_rate.per_second()}) {
      if (std::abs(keypoints.fps / fps - 1) < kTheSame) return;
    }
    Fail(ErrorCode::kMismatch, {.file = input},
         "{}: {:.6g} frames a second, but {} has {:.6g}; give the video they came from, or --fps "
         "{:.6g} if it was taken at that rate",
         input.string(), keypoints.fps, video.string(), info.frame_rate.per_second(),
         keypoints.fps);
  }

  // Where a file does not say its size, the video's is taken, and another video may be the right
  // one.
  void TellWhatLiesOutside(const KeypointSequence& keypoints) const {
    constexpr float kAround = 0.05F;  // detectors put some points a little outside
    constexpr double kUsualShare = 0.1;
    const auto width_px = static_cast<float>(keypoints.width_px),
               height_px = static_cast<float>(keypoints.height_px);
    int64_t seen = 0, outside = 0;
    for (const PersonKeypoints& person : keypoints.people) {
      for (const Keypoint& point : person.keypoints) {
        if (point.score <= 0) continue;
        ++seen;
        if (point.x_px > (1 + kAround) * width_px || point.y_px > (1 + kAround) * height_px) {
          ++outside;
        }
      }
    }
    const double share =
        static_cast<double>(outside) / static_cast<double>(std::max(seen, int64_t{1}));
    if (quiet || share <= kUsualShare) return;
    fmt::print(
        stderr,
        "videopose: {:.0f} % of the points of {} lie outside of the {} x {} pixels of {}: if "
        "it is not the video they came from, give that\n",
        100 * share, input.string(), keypoints.width_px, keypoints.height_px, video.string());
  }

  // Whether the video has a frame after the last one of the keypoints, where it has that.
  bool GoesOn(const KeypointSequence& keypoints) const {
    // The file's time shortly before the last one: readers refuse to begin after the end.
    const double last_s = keypoints.start_s + (static_cast<double>(keypoints.frame_count) - 1.5) /
                                                  info.frame_rate.per_second();
    VideoReader reader(video, {.start_s = std::max(0.0, last_s), .max_frames = 2});
    Image unused;
    return reader.Read(unused) && reader.Read(unused);
  }

  // Of keypoints. What neither the file nor the command line says, the video does.
  PoseClip LiftedInput() {
    const KeypointSequence keypoints = ImportAndTell(
        input, import, quiet,
        {.fps = info.captured_fps, .width_px = info.width_px, .height_px = info.height_px});
    if (!video.empty() && import.width_px == 0) TellWhatLiesOutside(keypoints);
    const Lifter model = Lifter::Load(lifter.empty() ? DefaultLifter() : lifter);
    ProgressLine progress(quiet);
    ProcessedClip clip = ProcessKeypoints(keypoints, model, {}, progress.monitor());
    return {.keypoints = std::move(clip.keypoints), .motion = std::move(clip.motion)};
  }
};

}  // namespace

std::function<int()> ConfigureRender(CLI::App& app) {
  auto command = std::make_shared<RenderCommand>();
  app.add_option("input", command->input, "poses from `videopose lift` or `--export`, or keypoints")
      ->required()
      ->type_name("POSES");
  app.add_option("--video", command->video,
                 "the video that they came from (without it: the 3D panel alone)")
      ->type_name("CLIP")
      ->group("Input");
  app.add_option("-o,--output", command->output, "OUT.mp4, OUT.gif or a folder of frames")
      ->required()
      ->type_name("OUT")
      ->group("Output");
  AddImportOptions(app, command->import);
  AddImportRateOption(app, command->import);
  AddLifterOption(app, command->lifter);
  AddEncodingOptions(app, command->encoding);
  AddSelectOption(app, command->people);
  app.add_option("--smooth", command->smooth_s,
                 fmt::format("smooth poses and trajectories over that time (default: {})",
                             kRenderSmoothing_s))
      ->check(CLI::Range(0.0, 10.0))
      ->type_name("SECONDS")
      ->group("Rendering");
  AddRenderOptions(app, command->render);
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

// videopose demo: all steps on a synthetic clip, to try videopose without a video.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "videopose/app/check_outputs.h"
#include "videopose/base/parallel.h"
#include "videopose/cli/command.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/cli/summary.h"
#include "videopose/detect.h"
#include "videopose/media.h"
#include "videopose/process.h"
#include "videopose/render/encode_video.h"
#include "videopose/synthetic/demo_clip.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

struct DemoCommand {
  fs::path clip = "videopose_demo.mp4", output = "videopose_demo_3d.mp4";
  VideoToPoseOptions options;
  bool quiet = false;

  void MakeClip(const WorkMonitor& monitor) const {
    const DemoClip demo;
    VideoWriter writer(clip, {.width_px = demo.width_px(),
                              .height_px = demo.height_px(),
                              .frame_rate = demo.frame_rate()});
    struct Frame {
      int64_t index = 0;
    };
    int64_t next = 0;
    EncodeVideo<Frame>([&](Frame& frame) { return (frame.index = next++) < demo.frame_count(); },
                       [&](Frame& frame, Image& image) { demo.RenderFrame(frame.index, image); },
                       {.workers = ThreadCount(),
                        .what = "make clip",
                        .total = demo.frame_count(),
                        .monitor = monitor},
                       writer);
    writer.Close();
  }

  int Run() {
    if (options.detector.models_dir.empty()) options.detector.models_dir = DefaultModelsDir();
    options.lifter = options.lifter.empty() ? DefaultLifter() : options.lifter;
    CheckOutputs({}, {clip, output});
    CheckVideoOutput(output);
    EnsureModels(options.detector, quiet);
    {
      ProgressLine progress(quiet);
      MakeClip(progress.monitor());
    }
    if (!quiet) fmt::print("made {}\n", clip.string());
    const auto start = std::chrono::steady_clock::now();
    VideoToPoseResult result;
    {
      ProgressLine progress(quiet);
      result = VideoToPose(clip, output, options, progress.monitor());
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    if (!quiet) PrintSummary(result.keypoints, elapsed.count(), {output});
    return 0;
  }
};

}  // namespace

std::function<int()> ConfigureDemo(CLI::App& app) {
  auto command = std::make_shared<DemoCommand>();
  app.add_option("-o,--output", command->output,
                 "OUT.mp4, OUT.gif or a folder (default: videopose_demo_3d.mp4)")
      ->type_name("OUT")
      ->group("Output");
  app.add_option("--clip", command->clip, "file for the clip itself (default: videopose_demo.mp4)")
      ->type_name("CLIP.mp4")
      ->group("Output");
  AddEncodingOptions(app, command->options.encoding);
  AddDetectorOptions(app, command->options.detector);
  AddLifterOption(app, command->options.lifter);
  AddRenderOptions(app, command->options.render);
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace videopose::internal

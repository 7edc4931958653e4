// videopose render POSES.npz --video CLIP -o OUT: the last step of `video` alone.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/formats/pose_file.h"
#include "videopose/pipeline/video_to_pose.h"

namespace videopose {
namespace {

struct RenderCommand {
  std::filesystem::path input, video, output;
  RenderOptions render;
  EncodingOptions encoding;
  bool quiet = false;

  int Run() {
    RefuseToOverwriteInput(input, output);
    if (!video.empty()) RefuseToOverwriteInput(video, output);
    CheckVideoOutput(output);
    const PoseClip clip = ReadPoses(input);
    ProgressLine progress(quiet);
    if (video.empty()) {
      RenderVideo(clip.motion, output, render, progress.monitor());
    } else if (!clip.keypoints) {
      Fail(
          "{}: holds no keypoints, so it cannot be laid over {}; leave --video out, or give a .npz "
          "or .json that "
          "`videopose lift` wrote",
          input.string(), video.string());
    } else {
      RenderOverVideo(clip.motion, *clip.keypoints, video, output, render, encoding,
                      progress.monitor());
    }
    progress.Clear();
    if (!quiet) fmt::print("{} frames\nwrote {}\n", clip.motion.frame_count, output.string());
    return 0;
  }
};

}  // namespace

std::function<int()> ConfigureRender(CLI::App& app) {
  auto command = std::make_shared<RenderCommand>();
  app.add_option("input", command->input, "poses: what `videopose lift` or `--export` wrote")
      ->required()
      ->type_name("POSES");
  app.add_option("--video", command->video,
                 "the video they came from (without: the 3D panel alone)")
      ->type_name("CLIP")
      ->group("Input");
  app.add_option("-o,--output", command->output, "OUT.mp4, OUT.gif or a folder of frames")
      ->required()
      ->type_name("OUT")
      ->group("Output");
  AddEncodingOptions(app, command->encoding);
  AddRenderOptions(app, command->render);
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace videopose

// SPDX-License-Identifier: Apache-2.0

// videopose live SOURCE: a camera, a stream, a pipe or a file, frame by frame.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "videopose/app/check_outputs.h"
#include "videopose/base/error.h"
#include "videopose/cli/cmd_live_outputs.h"
#include "videopose/cli/command.h"
#include "videopose/cli/live_options.h"
#include "videopose/cli/options.h"
#include "videopose/cli/parse.h"
#include "videopose/cli/stop.h"
#include "videopose/cli/usage_error.h"
#include "videopose/detect.h"
#include "videopose/engine/live_driver.h"
#include "videopose/geometry/angle.h"
#include "videopose/geometry/rotation_vector.h"
#include "videopose/lift.h"
#include "videopose/process.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

// What becomes of the camera: said once as it happens, and at the end.
class CameraNews {
 public:
  explicit CameraNews(bool quiet) : quiet_(quiet) {}

  void Take(const PeopleInFrame& people) {
    const bool is_lost = people.grounding == Grounding::kCameraMoving;
    if (is_lost && lost_frames_++ == 0) {
      Say("the camera moves, but it is not known how: there is no common world");
    }
    if (people.begins_scene) ++scenes_;
    if (!people.view) return;
    if (!moves_) Say("the camera moves, and is followed");
    moves_ = true;
    most_rad_ = std::max(most_rad_, Norm(RotationVectorOf(people.view->first_from_cam)));
  }

  // A line, or nothing of a camera that stood still.
  std::string Summary() const {
    if (!moves_ && lost_frames_ == 0 && scenes_ == 1) return "";
    std::string text = "camera:";
    if (moves_)
      text += fmt::format(" turns by up to {:.0f} degrees", DegreesFromRadians(most_rad_));
    if (!moves_ && lost_frames_ == 0) text += " stands still";
    if (lost_frames_ > 0) {
      text +=
          fmt::format("{} moves, but it is not known how in {} frames: they have no common world",
                      moves_ ? ";" : "", lost_frames_);
    }
    if (scenes_ > 1) text += fmt::format("; {} scenes, each in a world of its own", scenes_);
    return text + "\n";
  }

 private:
  void Say(const char* what) const {
    if (!quiet_) fmt::print(stderr, "videopose: {}\n", what);
  }

  bool quiet_, moves_ = false;
  int64_t lost_frames_ = 0, scenes_ = 1;
  double most_rad_ = 0;
};

CLI::Validator HostName() {
  const auto check = [](const std::string& name) {
    return IsHostName(name) ? "" : fmt::format("'{}' is no address or name of a machine", name);
  };
  return {check, ""};
}

struct LiveCommand {
  std::string source;
  LiveSourceOptions camera;
  bool realtime = false;
  double max_latency_ms = 500;
  LiveOptions poses;
  LiveOutputOptions output;
  bool quiet = false;

  int Run();

 private:
  void ChooseLifter();
};

// The causal lifter needs no later frames; only the other one uses a look-ahead.
void LiveCommand::ChooseLifter() {
  if (!poses.lifter.empty()) return;
  poses.lifter = DefaultLifter();
  const fs::path causal = poses.lifter.parent_path() / "lifter_causal.bin";
  if (poses.lookahead > 0 || !fs::exists(causal)) return;
  poses.lifter = causal;
  poses.model.causal = true;
}

int LiveCommand::Run() {
  ChooseLifter();
  CheckOutputs({source, poses.lifter}, output.files);
  DetectorOptions& detector = poses.detector;
  if (detector.models_dir.empty()) detector.models_dir = DefaultModelsDir();
  EnsureModels(detector, quiet);
  camera.stop_requested = &StopRequested();
  const std::unique_ptr<PoseDetector> detect = DetectorFor(detector, {.count = poses.people});
  std::unique_ptr<LiveSource> opened = OpenLiveSource(source, camera);
  const LiveSourceInfo info = opened->info();
  const bool drops = realtime || info.has_pace;
  output.are_several = poses.people != 1;
  output.hands_and_feet = poses.hands_and_feet;
  LiveOutputs outputs(output, source, info, drops);
  // Without the token the page is refused.
  if (outputs.server() != nullptr && (!quiet || outputs.server()->asks_for_token())) {
    fmt::print(stderr, "videopose: watch at {}\n", outputs.server()->url());
  }
  poses.width_px = info.width_px;
  poses.height_px = info.height_px;
  poses.fps = info.fps;
  PoseChain chain = LiveChain(poses, drops);
  CameraNews news(quiet);
  bool is_somebody_seen = false;
  const auto take = [&](const Frame& frame, const PeopleInFrame& in_frame) {
    is_somebody_seen = is_somebody_seen || !in_frame.people.empty();
    news.Take(in_frame);
    outputs.Take(frame, in_frame);
  };
  LiveDriverOptions options{.realtime = realtime, .max_latency_s = 1e-3 * max_latency_ms};
  options.reopen = [this] { return OpenLiveSource(source, camera); };
  options.stop_requested = [&] { return StopRequested() || outputs.is_pointless(); };
  options.on_error = [this](const std::string& line) {
    if (!quiet) fmt::print(stderr, "videopose: {}\n", line);
  };
  // What was recorded is kept, whatever ends the run.
  LiveSummary summary;
  std::exception_ptr failure;
  const FinishesWhenStopped finishes;
  try {
    summary = RunLive(std::move(opened), *detect, chain, take, options);
  } catch (...) {
    failure = std::current_exception();
  }
  std::vector<fs::path> files;
  try {
    files = outputs.Close(poses.ground);
  } catch (...) {
    if (!failure) failure = std::current_exception();
  }
  if (failure) std::rethrow_exception(failure);
  if (!summary.error_text.empty()) fmt::print(stderr, "videopose: {}\n", summary.error_text);
  if (quiet) return 0;
  const DelayStatistics& delays = outputs.delays();
  fmt::print(stderr,
             "{} frames, {} dropped; delay: half within {:.1f} ms, 95 % within {:.1f} ms, the "
             "longest {:.1f} ms\n",
             summary.frames_read, summary.frames_dropped, delays.Percentile_ms(0.5),
             delays.Percentile_ms(0.95), delays.worst_ms());
  if (!is_somebody_seen) fmt::print(stderr, "no person found\n");
  fmt::print(stderr, "{}", news.Summary());
  for (const fs::path& file : files) fmt::print(stderr, "wrote {}\n", file.string());
  return 0;
}

}  // namespace

std::function<int()> ConfigureLive(CLI::App& app) {
  auto command = std::make_shared<LiveCommand>();
  app.add_option("source", command->source,
                 "/dev/videoN, a file, - (standard input) or an address (rtsp://, http://, ...)")
      ->required()
      ->type_name("SOURCE");
  app.add_flag("--realtime", command->realtime,
               "read a file or pipe at its own rate and drop late frames, as from a camera")
      ->group("Input");
  app.add_option("--max-latency", command->max_latency_ms,
                 "drop frames that waited longer (default: 500)")
      ->check(CLI::Range(1.0, 60000.0))
      ->type_name("MS")
      ->group("Input");
  app.add_option("--camera-width", command->camera.width_px, "frame width to request from a camera")
      ->check(CLI::Range(16, 16384))
      ->type_name("PIXELS")
      ->group("Input");
  app.add_option("--camera-height", command->camera.height_px, "frame height to request")
      ->check(CLI::Range(16, 16384))
      ->type_name("PIXELS")
      ->group("Input");
  app.add_option("--camera-fps", command->camera.fps, "frame rate to request")
      ->check(CLI::Range(1.0, 1000.0))
      ->type_name("FPS")
      ->group("Input");
  app.add_option("-o,--output", command->output.files,
                 "write files: .mp4 while it runs; .npz, .bvh, ... at the end")
      ->type_name("FILE")
      ->group("Output");
  app.add_flag("--json", command->output.json,
               "one JSON line for each frame on standard output (default without other outputs)")
      ->group("Output");
  app.add_option("--udp", command->output.udp,
                 "send one JSON line a packet, for game engines and Blender")
      ->type_name("HOST:PORT")
      ->group("Output");
  app.add_option("--osc", command->output.osc, "send Open Sound Control")
      ->type_name("HOST:PORT")
      ->group("Output");
  app.add_option_function<int>(
         "--serve", [command](int port) { command->output.serve_port = port; },
         "serve a page to watch (default port: 8080; 0: any free one)")
      ->expected(0, 1)
      ->default_str("8080")
      ->check(CLI::Range(0, 65535))
      ->type_name("[PORT]")
      ->group("Output");
  app.add_option(
         "--bind", command->output.bind,
         "address of the page (default: 127.0.0.1, this machine only; 0.0.0.0: every machine)")
      ->check(HostName())
      ->type_name("ADDRESS")
      ->group("Output");
  app.add_option("--host-name", command->output.host_names,
                 "a name under which browsers reach the page, beside its address; may be repeated")
      ->check(HostName())
      ->type_name("NAME")
      ->group("Output");
  app.add_flag_callback(
         "--no-token", [command] { command->output.token = false; },
         "beyond this machine, too, all may watch who reach the page, not only who have its whole "
         "address")
      ->group("Output");
  app.add_option_function<std::string>(
         "--people",
         [command](const std::string& text) {
           try {
             command->poses.people = text == "all" ? kAllPeople : ParseCount(text);
           } catch (const UsageError& error) {
             throw CLI::ValidationError("--people", error.what());
           }
         },
         fmt::format(
             "the N most prominent people, or all; at most {} are lifted at once (default: 1)",
             kMostLivePeople))
      ->type_name("N|all")
      ->group("People");
  AddDetectorOptions(app, command->poses.detector);
  app.get_option("--detector")
      ->description("model that detects the keypoints (default: blazepose-lite)");
  AddLifterOption(app, command->poses.lifter);
  AddJointsOption(app, command->poses.hands_and_feet);
  app.add_option("--lookahead", command->poses.lookahead,
                 "future frames that a pose waits for: later, but better (default: 0)")
      ->check(ZeroOrMore())
      ->type_name("FRAMES")
      ->group("Lifting");
  AddWeightsOption(app, [command](WeightPrecision chosen) { command->poses.precision = chosen; });
  app.add_flag("--causal", command->poses.model.causal,
               "the model given with --lifter is causal: it sees the past only")
      ->group("Lifting");
  app.add_flag_callback(
         "--no-flip", [command] { command->poses.average_flip = false; },
         "no average with the mirrored input: faster, a little less accurate")
      ->group("Lifting");
  AddGroundOptions(app, command->poses.ground, nullptr);
  AddRenderOptions(app, command->output.render);
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace videopose::internal

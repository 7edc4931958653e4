// videopose live SOURCE: a camera, a stream, a pipe or a file, frame by frame.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/live_options.h"
#include "videopose/cli/options.h"
#include "videopose/cli/stop.h"
#include "videopose/detect/model_store.h"
#include "videopose/io/frame_rate.h"
#include "videopose/lift/streaming_lifter.h"
#include "videopose/live/clip_collector.h"
#include "videopose/live/delay_statistics.h"
#include "videopose/live/json_line.h"
#include "videopose/live/live_pipeline.h"
#include "videopose/live/live_server.h"
#include "videopose/live/live_video.h"
#include "videopose/live/udp_sender.h"
#include "videopose/pipeline/write_exports.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxPeople = 8;
// How long somebody may be hidden before they count as gone.
constexpr double kLongestGap_s = 0.5;

struct LiveCommand {
  std::string source;
  LiveSourceOptions camera;
  bool realtime = false;
  double max_latency_ms = 500;
  BlazePoseOptions detector{.size = BlazePoseSize::kLite};
  fs::path lifter;
  std::optional<int64_t> lookahead;
  std::optional<WeightPrecision> precision;
  bool causal = false, no_flip = false;
  std::vector<fs::path> output_files;
  RenderOptions render;
  bool json = false;
  std::string udp;
  std::optional<int> serve_port;
  std::string bind = "127.0.0.1";
  bool quiet = false;

  int Run();

 private:
  StreamingLifter LoadLifter(const LiveSourceInfo& info);
  LiveDetector MakeDetector() const;
};

// Where results go.
class Outputs {
 public:
  Outputs(const LiveCommand& command, const LiveSourceInfo& info, bool drops);

  void Take(const LiveResult& result);
  // Finishes the files; their names.
  std::vector<fs::path> Close();

  // Nobody reads what was all that was asked for.
  bool is_pointless() const { return is_pointless_; }
  const DelayStatistics& delays() const { return delays_; }
  const LiveServer* server() const { return server_ ? &*server_ : nullptr; }

 private:
  void PrintJson(const std::string& line);

  bool prints_json_;
  std::atomic<bool> is_pointless_{false};
  std::optional<UdpSender> udp_;
  std::optional<LiveServer> server_;
  std::vector<std::pair<fs::path, std::unique_ptr<LiveVideo>>> videos_;
  ExportPaths exports_;
  std::optional<ClipCollector> clip_;
  DelayStatistics delays_;
};

bool IsVideo(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".mp4" || extension == ".gif";
}

Outputs::Outputs(const LiveCommand& command, const LiveSourceInfo& info, bool drops)
    : prints_json_(command.json ||
                   (command.output_files.empty() && command.udp.empty() && !command.serve_port)) {
  if (!command.udp.empty()) udp_.emplace(command.udp);
  for (const fs::path& path : command.output_files) {
    if (!IsVideo(path)) exports_.poses.push_back(path);
  }
  CheckExports(exports_, command.source);
  for (const fs::path& path : command.output_files) {
    if (!IsVideo(path)) continue;
    const FrameRate rate{std::llround(info.fps * 1000), 1000};
    videos_.emplace_back(
        path,
        std::make_unique<LiveVideo>(
            path, LiveVideoOptions{.render = command.render, .frame_rate = rate, .drops = drops}));
  }
  if (!exports_.poses.empty()) clip_.emplace(info.width_px, info.height_px, info.fps);
  if (command.serve_port) {
    server_.emplace(LiveServerOptions{.address = command.bind, .port = *command.serve_port});
  }
}

void Outputs::PrintJson(const std::string& line) {
  const bool written = std::fwrite(line.data(), 1, line.size(), stdout) == line.size() &&
                       std::fputc('\n', stdout) != EOF && std::fflush(stdout) == 0;
  if (written) return;
  prints_json_ = false;
  is_pointless_ = !udp_ && !server_ && videos_.empty() && !clip_;
}

void Outputs::Take(const LiveResult& result) {
  delays_.Add(result.delay_ms);
  if (prints_json_ || udp_ || server_) {
    const std::string line = JsonLine(result);
    if (prints_json_) PrintJson(line);
    if (udp_) udp_->Send(line);
    if (server_) server_->Publish(result.frame.image, line);
  }
  if (clip_) clip_->Add(result);
  for (const auto& [path, video] : videos_) video->Add(result);
}

std::vector<fs::path> Outputs::Close() {
  server_.reset();
  std::vector<fs::path> files;
  if (delays_.count() == 0) return files;
  for (const auto& [path, video] : videos_) {
    video->Close();
    files.push_back(path);
  }
  if (clip_) {
    const std::vector<fs::path> written =
        WriteExports(exports_, clip_->motion(), &clip_->keypoints());
    files.insert(files.end(), written.begin(), written.end());
  }
  return files;
}

StreamingLifter LiveCommand::LoadLifter(const LiveSourceInfo& info) {
  fs::path model = lifter;
  if (model.empty()) {
    // The causal one waits for nothing; only the other can make use of what comes after.
    model = DefaultLifter();
    const fs::path causal_model = model.parent_path() / "lifter_causal.bin";
    if (lookahead.value_or(0) == 0 && fs::exists(causal_model)) {
      model = causal_model;
      causal = true;
    }
  }
  return StreamingLifter::Load(model,
                               {.width_px = info.width_px,
                                .height_px = info.height_px,
                                .lookahead = lookahead.value_or(0),
                                .average_flip = !no_flip,
                                .max_people = kMaxPeople,
                                .precision = precision.value_or(WeightPrecision::kFloat32)},
                               {.causal = causal});
}

LiveDetector LiveCommand::MakeDetector() const {
  const auto pose = std::make_shared<BlazePose>(detector);
  return [pose](const LiveFrame& frame) {
    std::vector<SeenPerson> people;
    if (const std::optional<BlazePoseResult> found = pose->Detect(*frame.image, frame.time_s)) {
      people.push_back({.id = 1, .keypoints = CocoFromLandmarks(found->landmarks)});
    }
    return people;
  };
}

int LiveCommand::Run() {
  if (detector.models_dir.empty()) detector.models_dir = DefaultModelsDir();
  EnsureModels(detector, quiet);
  camera.stop_requested = &StopRequested();
  const LiveDetector detect = MakeDetector();
  std::unique_ptr<LiveSource> opened = OpenLiveSource(source, camera);
  const LiveSourceInfo info = opened->info();
  Outputs outputs(*this, info, realtime || info.has_pace);
  if (outputs.server() != nullptr && !quiet) {
    fmt::print(stderr, "videopose: watch at {}\n", outputs.server()->url());
  }
  LiveLifter live_lifter(LoadLifter(info), kMaxPeople, std::llround(kLongestGap_s * info.fps),
                         [&](LiveResult&& result) { outputs.Take(result); });
  LivePipelineOptions options{.realtime = realtime, .max_latency_s = 1e-3 * max_latency_ms};
  options.reopen = [this] { return OpenLiveSource(source, camera); };
  options.stop_requested = [&] { return StopRequested() || outputs.is_pointless(); };
  options.on_trouble = [this](const std::string& line) {
    if (!quiet) fmt::print(stderr, "videopose: {}\n", line);
  };
  const LiveSummary summary = RunLivePipeline(std::move(opened), detect, live_lifter, options);
  const std::vector<fs::path> files = outputs.Close();
  if (!summary.trouble.empty()) fmt::print(stderr, "videopose: {}\n", summary.trouble);
  if (quiet) return 0;
  const DelayStatistics& delays = outputs.delays();
  fmt::print(stderr,
             "{} frames, {} dropped; delay: half within {:.1f} ms, 95 % within {:.1f} ms, the "
             "longest {:.1f} ms\n",
             summary.frames_read, summary.frames_dropped, delays.Percentile_ms(0.5),
             delays.Percentile_ms(0.95), delays.worst_ms());
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
               "read a file or pipe at its own pace and drop what is late, as from a camera")
      ->group("Input");
  app.add_option("--max-latency", command->max_latency_ms,
                 "pictures that waited longer are dropped (default: 500)")
      ->check(CLI::Range(1.0, 60000.0))
      ->type_name("MS")
      ->group("Input");
  app.add_option("--camera-width", command->camera.width_px, "what a camera is asked for")
      ->check(CLI::Range(16, 16384))
      ->type_name("PIXELS")
      ->group("Input");
  app.add_option("--camera-height", command->camera.height_px, "likewise")
      ->check(CLI::Range(16, 16384))
      ->type_name("PIXELS")
      ->group("Input");
  app.add_option("--camera-fps", command->camera.fps, "likewise")
      ->check(CLI::Range(1.0, 1000.0))
      ->type_name("FPS")
      ->group("Input");
  app.add_option("-o,--output", command->output_files,
                 "also into files: .mp4 while it runs; .npz, .bvh, ... at the end")
      ->type_name("FILE")
      ->group("Output");
  app.add_flag("--json", command->json,
               "a JSON line a frame on the standard output; the default where no other output is "
               "asked for")
      ->group("Output");
  app.add_option("--udp", command->udp, "a JSON line a packet, for engines and Blender")
      ->type_name("HOST:PORT")
      ->group("Output");
  app.add_option_function<int>(
         "--serve", [command](int port) { command->serve_port = port; },
         "a page to watch it (default port: 8080; 0: any that is free)")
      ->expected(0, 1)
      ->default_str("8080")
      ->check(CLI::Range(0, 65535))
      ->type_name("[PORT]")
      ->group("Output");
  app.add_option("--bind", command->bind,
                 "the address that the page is at (default: 127.0.0.1, this machine only; "
                 "0.0.0.0: whoever can reach it)")
      ->type_name("ADDRESS")
      ->group("Output");
  AddDetectorOptions(app, command->detector);
  app.get_option("--detector")->description("which model finds the keypoints (default: lite)");
  AddLifterOption(app, command->lifter);
  app.add_option("--lookahead", command->lookahead,
                 "frames that a pose waits for what comes after it: later, but better "
                 "(default: 0)")
      ->check(CLI::NonNegativeNumber)
      ->type_name("FRAMES")
      ->group("Lifting");
  AddWeightsOption(app, command->precision);
  app.add_flag("--causal", command->causal,
               "the model given with --lifter was trained to see the past only")
      ->group("Lifting");
  app.add_flag("--no-flip", command->no_flip, "do not average with the mirrored input")
      ->group("Lifting");
  AddRenderOptions(app, command->render);
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace videopose

// SPDX-License-Identifier: Apache-2.0

// videopose bench train | lift-accuracy | video-accuracy | people-recall: speed of training,
// accuracy of lifting and of the whole way from a video, people who are found in images.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

#include "videopose/base/parallel.h"
#include "videopose/cli/bench_video_accuracy.h"
#include "videopose/cli/command.h"
#include "videopose/cli/live_options.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/lift.h"
#include "videopose/pose/joint_counts.h"
#include "videopose/research/lift_accuracy.h"
#include "videopose/research/people_recall.h"
#include "videopose/train/step_benchmark.h"

namespace videopose::internal {
namespace {

struct BenchTrainCommand {
  StepBenchmarkOptions options{.architecture = {.widths = {3, 3, 3},
                                                .channels = 1024,
                                                .input_channels = 2 * kH36mJoints,
                                                .output_channels = 3 * kH36mJoints}};
  bool quiet = false;

  int Run() const {
    const TemporalArchitecture& network = options.architecture;
    const StepBenchmark result = MeasureTrainingStep(options);
    fmt::print("widths {} ({} frames), {} channels, batch {}, dropout {}, {} threads\n\n",
               WidthsText(network.widths), network.receptive_field(), network.channels,
               options.batch, options.dropout, ThreadCount());
    fmt::print("{:<42}{:>9}{:>8}\n", "one training step", "ms", "share");
    const auto line = [&result](const char* name, double seconds) {
      fmt::print("{:<42}{:>9.1f}{:>7.1f}%\n", name, 1e3 * seconds, 100 * seconds / result.step_s);
    };
    line("GEMMs, forward and backward", result.gemm_s);
    line("batch norm's statistics", result.statistics_s);
    line("batch norm, ReLU, dropout, residual", result.activations_s);
    line("the same four, backward", result.backward_s);
    line("optimiser", result.optimizer_s);
    line("loss and the rest", result.other_s);
    line("all", result.step_s);
    fmt::print("{:<42}{:>9.1f}{:>7.1f}%  on another thread meanwhile\n\n",
               "data: cutting the batch", 1e3 * result.data_s, 100 * result.data_s / result.step_s);
    fmt::print("{:.1f} GFLOP a step: {:.1f} GFLOP/s, the GEMMs alone {:.1f} GFLOP/s: {:.1f}%\n",
               1e-9 * result.flops, result.step_gflops(), result.gemms_alone_gflops(),
               100 * result.share());
    fmt::print("{:.0f} windows/s\n", static_cast<double>(options.batch) / result.step_s);
    return 0;
  }
};

struct BenchLiftCommand {
  std::filesystem::path file, lifter;
  std::vector<int64_t> lookaheads;
  std::optional<WeightPrecision> precision;
  bool no_flip = false, causal = false, quiet = false;

  int Run() const;

 private:
  LiftAccuracy Measure(const LiftFunction& lift) const {
    ProgressLine progress(quiet);
    return MeasureLiftAccuracy(file, lift, progress.monitor());
  }
  int RunFrameByFrame(const std::filesystem::path& model) const;
};

int BenchLiftCommand::Run() const {
  const std::filesystem::path model = lifter.empty() ? DefaultLifter() : lifter;
  if (!lookaheads.empty() || precision) return RunFrameByFrame(model);
  const Lifter loaded = Lifter::Load(model, {.causal = causal});
  const LiftAccuracy accuracy = Measure([&](const KeypointSequence& keypoints) {
    return loaded.Lift(keypoints, {.average_flip = !no_flip});
  });
  fmt::print("{}: {} sequences of {} frames\n{:<12}{:>12}{:>12}{:>12}{:>12}  {}\n", file.string(),
             accuracy.sequences, accuracy.frames, "keypoints", "MPJPE mm", "PA-MPJPE mm",
             "N-MPJPE mm", "MPJVE mm", LimbErrorHeading());
  for (const auto& [name, errors] :
       {std::pair("clean", accuracy.clean), std::pair("noisy", accuracy.noisy)}) {
    fmt::print("{:<12}{:>12.1f}{:>12.1f}{:>12.1f}{:>12.1f}  {}\n", name, 1e3 * errors.joints.mpjpe,
               1e3 * errors.joints.p_mpjpe, 1e3 * errors.joints.n_mpjpe, 1e3 * errors.joints.mpjve,
               LimbErrorText(errors));
  }
  const NamedErrors rows = {{"clean", accuracy.clean}, {"noisy", accuracy.noisy}};
  fmt::print("\n{}\n{}", JointErrorTable(rows), FlexionBiasTable(rows));
  if (!accuracy.clean_feet) return 0;
  fmt::print("\n{:<12}{:>12}{:>12}{:>22}{:>12}\n", "feet", "heel mm", "toe mm",
             "dorsiflexion degrees", "bias");
  for (const auto& [name, feet] :
       {std::pair("clean", *accuracy.clean_feet), std::pair("noisy", *accuracy.noisy_feet)}) {
    fmt::print("{:<12}{:>12.1f}{:>12.1f}{:>22.1f}{:>12.1f}\n", name, 1e3 * feet.heel,
               1e3 * feet.toe, feet.dorsiflexion_deg, feet.dorsiflexion_bias_deg);
  }
  return 0;
}

// As `live` lifts: one line for each look-ahead; with --weights also how far the poses are from
// those of single precision.
int BenchLiftCommand::RunFrameByFrame(const std::filesystem::path& model) const {
  const auto load = [&](std::optional<int64_t> lookahead, WeightPrecision weights) {
    return StreamingLifter::Load(
        model, {.lookahead = lookahead, .average_flip = !no_flip, .precision = weights},
        {.causal = causal});
  };
  std::vector<std::optional<int64_t>> waits(lookaheads.begin(), lookaheads.end());
  if (waits.empty()) waits.emplace_back();
  fmt::print("{}\n{:<20}{:>16}{:>16}{:>16}{:>16}{:>16}\n", file.string(), "look-ahead",
             "clean MPJPE mm", "noisy MPJPE mm", "clean MPJVE mm", "noisy MPJVE mm",
             precision ? "to f32 mm" : "");
  for (const std::optional<int64_t>& lookahead : waits) {
    StreamingLifter whole = load(lookahead, WeightPrecision::kFloat32);
    StreamingLifter lossy = load(lookahead, precision.value_or(WeightPrecision::kFloat32));
    double distance_m = 0, joints = 0;
    const LiftAccuracy accuracy = Measure([&](const KeypointSequence& keypoints) {
      Motion motion = lossy.Lift(keypoints);
      if (!precision) return motion;
      const Motion expected = whole.Lift(keypoints);
      for (size_t i = 0; i < motion.people[0].joints_in_cam.size(); ++i) {
        distance_m += Norm(motion.people[0].joints_in_cam[i] - expected.people[0].joints_in_cam[i]);
        ++joints;
      }
      return motion;
    });
    fmt::print("{:<20}{:>16.1f}{:>16.1f}{:>16.1f}{:>16.1f}", whole.lookahead(),
               1e3 * accuracy.clean.joints.mpjpe, 1e3 * accuracy.noisy.joints.mpjpe,
               1e3 * accuracy.clean.joints.mpjve, 1e3 * accuracy.noisy.joints.mpjve);
    fmt::print("{}\n", precision ? fmt::format("{:>16.3f}", 1e3 * distance_m / joints) : "");
    std::fflush(stdout);
  }
  return 0;
}

struct BenchPeopleCommand {
  std::filesystem::path truth, folder;
  DetectorOptions detector;
  bool quiet = false;

  int Run() {
    if (detector.models_dir.empty()) detector.models_dir = DefaultModelsDir();
    EnsureModels(detector, quiet);
    std::vector<PeopleRecall> images;
    {
      ProgressLine progress(quiet);
      images = MeasurePeopleRecall(truth, folder, detector, progress.monitor());
    }
    fmt::print("{:<40}{:>8}{:>8}{:>8}\n", "image", "people", "found", "false");
    size_t found = 0, missed = 0, false_people = 0;
    for (const PeopleRecall& image : images) {
      fmt::print("{:<40}{:>8}{:>8}{:>8}\n", image.name,
                 image.found_px.size() + image.missed_px.size(), image.found_px.size(),
                 image.false_people);
      found += image.found_px.size();
      missed += image.missed_px.size();
      false_people += static_cast<size_t>(image.false_people);
    }
    fmt::print("{:<40}{:>8}{:>8}{:>8}\n\n", "all", found + missed, found, false_people);
    for (size_t band = 0; band + 1 < kBandsPx.size(); ++band) PrintBand(images, band);
    fmt::print("recall {:.3f}, precision {:.3f}\n", Share(found, missed),
               Share(found, false_people));
    return 0;
  }

 private:
  static constexpr std::array<float, 5> kBandsPx = {kLeastHeightPx, 100, 150, 250, 1e6F};

  static double Share(size_t good, size_t bad) {
    return good + bad == 0 ? 1 : static_cast<double>(good) / static_cast<double>(good + bad);
  }

  static void PrintBand(const std::vector<PeopleRecall>& images, size_t band) {
    const auto count = [band](const std::vector<float>& heights_px) {
      return std::ranges::count_if(heights_px, [band](float height_px) {
        return height_px >= kBandsPx[band] && height_px < kBandsPx[band + 1];
      });
    };
    std::ptrdiff_t found = 0, missed = 0;
    for (const PeopleRecall& image : images) {
      found += count(image.found_px);
      missed += count(image.missed_px);
    }
    fmt::print("from {:.0f} px: {} of {}\n", kBandsPx[band], found, found + missed);
  }
};

std::function<int()> ConfigureBenchTrain(CLI::App& app) {
  auto command = std::make_shared<BenchTrainCommand>();
  app.add_option("--architecture", command->options.architecture.widths,
                 "kernel widths, odd (default: 3,3,3)")
      ->delimiter(',')
      ->type_name("WIDTHS")
      ->check(CLI::Validator(
          [](const std::string& width) {
            const bool is_odd = !width.empty() && (width.back() - '0') % 2 == 1;
            return is_odd ? std::string() : fmt::format("widths are odd, {} is not", width);
          },
          ""))
      ->check(CLI::Range(1, 999));
  app.add_option("--channels", command->options.architecture.channels,
                 "channels of each layer (default: 1024)")
      ->type_name("N")
      ->check(CLI::Range(1, 1 << 16));
  app.add_option("-b,--batch-size", command->options.batch,
                 "predicted frames in a batch (default: 1024)")
      ->type_name("N")
      ->check(CLI::Range(2, 1 << 20));
  app.add_option("--dropout", command->options.dropout, "dropout probability (default: 0.25)")
      ->type_name("P")
      ->check(CLI::Range(0.0, 0.99));
  app.add_flag("--dense", command->options.architecture.dense, "dense convolutions");
  app.add_option("--repetitions", command->options.repetitions,
                 "repetitions, of which the best counts (default: 5)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

std::function<int()> ConfigureBenchLift(CLI::App& app) {
  auto command = std::make_shared<BenchLiftCommand>();
  app.add_option("file", command->file, "evaluation set, such as lift_eval.npz")
      ->required()
      ->type_name("FILE");
  AddLifterOption(app, command->lifter);
  app.add_flag("--no-flip", command->no_flip, "no average with the mirrored input");
  app.add_option("--lookahead", command->lookaheads,
                 "lift frame by frame as live does, with these look-aheads, such as 0,5,40")
      ->delimiter(',')
      ->type_name("FRAMES")
      ->check(ZeroOrMore());
  AddWeightsOption(app, [command](WeightPrecision chosen) { command->precision = chosen; });
  app.add_flag("--causal", command->causal, "the model is causal: it sees the past only");
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

std::function<int()> ConfigureBenchPeople(CLI::App& app) {
  auto command = std::make_shared<BenchPeopleCommand>();
  app.add_option("truth", command->truth,
                 "boxes of the people: {\"images\": {NAME: {\"boxes\": [[x0, y0, x1, y1], ...]}}}; "
                 "what is found in boxes of \"hard\" and \"ign\" counts neither way")
      ->required()
      ->type_name("TRUTH.json");
  app.add_option("folder", command->folder, "the images: NAME.jpg or NAME.png")
      ->required()
      ->type_name("FOLDER");
  AddDetectorOptions(app, command->detector);
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace

std::function<int()> ConfigureBench(CLI::App& app) {
  app.require_subcommand(1);
  CLI::App* train =
      app.add_subcommand("train", "time of a training step by part, beside plain GEMMs");
  CLI::App* lift = app.add_subcommand("lift-accuracy", "errors of a lifter on an evaluation set");
  CLI::App* video =
      app.add_subcommand("video-accuracy", "errors of videos' poses, where the truth is known");
  CLI::App* people =
      app.add_subcommand("people-recall", "how many of the people in images are found");
  const std::function<int()> run_train = ConfigureBenchTrain(*train);
  const std::function<int()> run_lift = ConfigureBenchLift(*lift);
  const std::function<int()> run_video = ConfigureBenchVideo(*video);
  const std::function<int()> run_people = ConfigureBenchPeople(*people);
  return [=] {
    return train->parsed()    ? run_train()
           : lift->parsed()   ? run_lift()
           : people->parsed() ? run_people()
                              : run_video();
  };
}

}  // namespace videopose::internal

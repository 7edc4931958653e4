// SPDX-License-Identifier: Apache-2.0

// videopose run: VideoPose3D's command line on its data sets and checkpoints.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "videopose/app/check_outputs.h"
#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/progress_line.h"
#include "videopose/cli/run_flags.h"
#include "videopose/cli/run_report.h"
#include "videopose/cli/run_training.h"
#include "videopose/cli/stop.h"
#include "videopose/cli/usage_error.h"
#include "videopose/cluster/mpi.h"
#include "videopose/config/options_file.h"
#include "videopose/process.h"
#include "videopose/train/evaluate.h"
#include "videopose/train/evaluation_report.h"
#include "videopose/train/predict.h"
#include "videopose/train/training_data.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

LiftCheckpoint ReadEvaluated(const RunOptions& options) {
  return ReadLiftCheckpoint(options.evaluated_checkpoint(), options.training.network.Expected());
}

// Rendering makes the rendered subject the test subject.
SequenceFilter TestFilter(const RunOptions& options) {
  const RenderingOptions& rendering = options.rendering;
  return {.subjects = rendering.render ? std::vector<std::string>{rendering.clip.subject}
                                       : options.data.test_subjects,
          .action_prefixes = options.data.action_prefixes,
          .downsample = options.data.downsample};
}

struct RunCommand {
  RunOptions options;

  int Run() {
    if (options.print_config) {
      fmt::print("{}", WriteOptions(OptionTable(options), /*with_help=*/true));
      return 0;
    }
    CheckRunOptions(options);
    ProcessGroup group;
    try {
      RunChecked(group.processes());
    } catch (const OptionError& error) {  // what depends on the files or the machine
      LeaveErrorsToFirst(group.processes());
      throw UsageError(DescribeForRun(error));
    } catch (const Error&) {
      LeaveErrorsToFirst(group.processes());
      throw;
    } catch (const Cancelled&) {
      if (group.processes().is_first()) throw;
      RemoveUnfinishedFiles();
      _exit(StopExitCode());
    }
    group.Leave();
    return 0;
  }

 private:
  // The first process prints what all have come upon, and its end is that of all. What this one has
  // come upon alone, it prints a little later.
  static void LeaveErrorsToFirst(const Communicator& processes) {
    constexpr std::chrono::seconds kForFirst{3};
    if (!processes.is_first()) std::this_thread::sleep_for(kForFirst);
  }

  void RunChecked(Communicator& processes) {
    if (processes.is_first()) CheckOutputs();
    if (options.evaluation.checkpoint.empty()) {
      Train(options, processes);
      return;
    }
    if (!processes.is_first()) return;  // nothing to divide
    const Dataset dataset(options.data.dataset);
    const LiftCheckpoint checkpoint = ReadEvaluated(options);
    const std::string what = options.evaluated_checkpoint().string();
    CheckModelFits(checkpoint, dataset, what);
    Say("{}: {}\n", what, DescribeNetwork(checkpoint.pose.architecture));
    if (options.rendering.render) {
      Render(dataset, checkpoint, what);
    } else {
      Evaluate(dataset, checkpoint);
    }
  }

  template <typename... Args>
  void Say(fmt::format_string<Args...> format, Args&&... args) const {
    if (!options.quiet) fmt::print(format, std::forward<Args>(args)...);
  }

  const fs::path& report() const { return options.evaluation.report; }

  // Reports outputs that cannot be written before the long work.
  void CheckOutputs() const {
    const RenderingOptions& rendering = options.rendering;
    const RenderDatasetOptions& drawing = rendering.drawing;
    if (!report().empty()) const AtomicFile attempt(report());
    if (!rendering.export_path.empty()) const AtomicFile attempt(NpyPath(rendering.export_path));
    CheckExports(rendering.exports, drawing.video);
    if (!drawing.output.empty()) CheckVideoOutput(drawing.output);
    std::vector<fs::path> inputs = {drawing.video}, outputs = rendering.exports.poses;
    if (!options.evaluation.checkpoint.empty()) inputs.push_back(options.evaluated_checkpoint());
    outputs.insert(outputs.end(), rendering.exports.angles.begin(), rendering.exports.angles.end());
    outputs.push_back(drawing.output);
    outputs.push_back(report());
    if (!rendering.export_path.empty()) outputs.push_back(NpyPath(rendering.export_path));
    internal::CheckOutputs(inputs, outputs);
  }

  void Evaluate(const Dataset& dataset, const LiftCheckpoint& checkpoint) const {
    std::vector<Sequence> sequences = dataset.Load(TestFilter(options));
    for (Sequence& sequence : sequences) {
      MakeModelInput(dataset, checkpoint.input, sequence);
    }
    const int64_t frames = CountFrames(sequences);
    Say("{} with {}: {} frames of {}\n", options.data.dataset.name, options.data.dataset.keypoints,
        frames, fmt::join(options.data.test_subjects, ", "));
    std::vector<Evaluation> evaluations;
    {
      ProgressLine progress(options.quiet);
      evaluations = internal::Evaluate(TemporalModel(checkpoint.pose),
                                       SymmetryOf(dataset, checkpoint.input), sequences,
                                       {.average_flip = options.evaluation.average_flip,
                                        .by_subject = options.evaluation.by_subject,
                                        .monitor = progress.monitor()});
    }
    for (const Evaluation& evaluation : evaluations) Say("\n{}", EvaluationTable(evaluation));
    Say("\nmm; MPJPE: protocol 1, P-MPJPE: 2, N-MPJPE: 3, MPJVE: velocity\n");
    if (report().empty()) return;
    WriteRunReport(report(), {.network = checkpoint.pose.architecture,
                              .test_frames = frames,
                              .evaluations = evaluations});
    Say("wrote {}\n", report().string());
  }

  void Export(const Dataset& dataset, const DatasetClip& clip) const {
    const RenderingOptions& rendering = options.rendering;
    if (rendering.exports.poses.empty() && rendering.exports.angles.empty()) return;
    const DrawnDatasetClip drawn = DrawnClip(dataset, clip, rendering.drawing);
    for (const fs::path& path :
         WriteExports(rendering.exports, drawn.reconstruction, &drawn.keypoints)) {
      Say("wrote {}\n", path.string());
    }
  }

  void Render(const Dataset& dataset, const LiftCheckpoint& checkpoint, const std::string& what) {
    RenderingOptions& rendering = options.rendering;
    rendering.clip.average_flip = options.evaluation.average_flip;
    const DatasetClip clip = PredictDatasetClip(dataset, checkpoint, rendering.clip, what);
    Say("{} {}, camera {}: {} frames, {}\n", clip.sequence.subject, clip.sequence.action,
        clip.sequence.camera, clip.sequence.frame_count(),
        clip.sequence.has_poses() ? "with ground truth" : "no ground truth");
    if (!rendering.export_path.empty()) {
      Say("wrote {}\n", ExportDatasetClip(clip, rendering.export_path).string());
    }
    Export(dataset, clip);
    if (!report().empty()) {
      WriteRunReport(report(), {.network = checkpoint.pose.architecture,
                                .test_frames = CountFrames(dataset.Load(TestFilter(options)))});
      Say("wrote {}\n", report().string());
    }
    if (rendering.drawing.output.empty()) return;
    ProgressLine progress(options.quiet);
    rendering.drawing.monitor = progress.monitor();
    const RenderDatasetResult result = RenderDataset(dataset, clip, rendering.drawing);
    progress.Clear();
    for (const std::string& warning : result.warnings) {
      fmt::print(stderr, "videopose: {}\n", warning);
    }
    Say("wrote {}, {} frames\n", rendering.drawing.output.string(), result.frame_count);
  }
};

}  // namespace

std::function<int()> ConfigureRun(CLI::App& app) {
  auto command = std::make_shared<RunCommand>();
  AddRunFlags(app, command->options);
  return [command] { return command->Run(); };
}

}  // namespace videopose::internal

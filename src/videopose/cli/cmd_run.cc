// videopose run: VideoPose3D's command line on its data sets and checkpoints.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/progress_line.h"
#include "videopose/cli/run_flags.h"
#include "videopose/cli/run_report.h"
#include "videopose/cli/run_training.h"
#include "videopose/process.h"
#include "videopose/train/evaluate.h"
#include "videopose/train/evaluation_report.h"
#include "videopose/train/predict.h"
#include "videopose/train/training_data.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

LiftCheckpoint ReadEvaluated(const RunOptions& options) {
  TemporalModelOptions expected{.causal = options.causal, .dense = options.dense};
  if (options.widths_given) expected.expected_widths = options.widths;
  if (options.channels_given) expected.expected_channels = options.channels;
  return ReadLiftCheckpoint(options.evaluated_checkpoint(), expected);
}

// Who renders, tests on the rendered subject.
SequenceFilter TestFilter(const RunOptions& options) {
  return {.subjects = options.render ? std::vector<std::string>{options.clip.subject}
                                     : options.test_subjects,
          .action_prefixes = options.action_prefixes,
          .downsample = options.downsample};
}

struct RunCommand {
  RunOptions options;

  int Run() {
    CheckRunOptions(options);
    CheckOutputs();
    if (options.is_mocap()) {
      TrainOnMocap(options);
      return 0;
    }
    const Dataset dataset(options.data);
    if (options.evaluate.empty()) {
      Train(options, dataset);
      return 0;
    }
    const LiftCheckpoint checkpoint = ReadEvaluated(options);
    const std::string what = options.evaluated_checkpoint().string();
    CheckModelFits(checkpoint, dataset, what);
    Say("{}: {}\n", what, DescribeNetwork(checkpoint.pose.architecture));
    if (options.render) {
      Render(dataset, checkpoint, what);
    } else {
      Evaluate(dataset, checkpoint);
    }
    return 0;
  }

 private:
  template <typename... Args>
  void Say(fmt::format_string<Args...> format, Args&&... args) const {
    if (!options.quiet) fmt::print(format, std::forward<Args>(args)...);
  }

  // What cannot be written is known before the long work.
  void CheckOutputs() const {
    if (!options.report.empty()) const AtomicFile attempt(options.report);
    if (!options.export_path.empty()) const AtomicFile attempt(NpyPath(options.export_path));
    CheckExports(options.exports, options.picture.video);
    if (options.picture.output.empty()) return;
    CheckVideoOutput(options.picture.output);
    std::error_code ignored;
    if (fs::equivalent(options.picture.video, options.picture.output, ignored)) {
      Fail(ErrorCode::kInvalidArgument, "{}: --viz-output would overwrite --viz-video",
           options.picture.output.string());
    }
  }

  void Evaluate(const Dataset& dataset, const LiftCheckpoint& checkpoint) const {
    std::vector<Sequence> sequences = dataset.Load(TestFilter(options));
    for (Sequence& sequence : sequences) {
      sequence.keypoints = ModelInput(checkpoint.input, std::move(sequence.keypoints));
    }
    const int64_t frames = CountFrames(sequences);
    Say("{} with {}: {} frames of {}\n", options.data.name, options.data.keypoints, frames,
        fmt::join(options.test_subjects, ", "));
    std::vector<Evaluation> evaluations;
    {
      ProgressLine progress(options.quiet);
      evaluations = videopose::Evaluate(TemporalModel(checkpoint.pose),
                                        SymmetryOf(dataset, checkpoint.input), sequences,
                                        {.average_flip = options.test_augmentation,
                                         .by_subject = options.by_subject,
                                         .monitor = progress.monitor()});
    }
    for (const Evaluation& evaluation : evaluations) Say("\n{}", EvaluationTable(evaluation));
    Say("\nmm; MPJPE: protocol 1, P-MPJPE: 2, N-MPJPE: 3, MPJVE: velocity\n");
    if (options.report.empty()) return;
    WriteRunReport(options.report, {.network = checkpoint.pose.architecture,
                                    .test_frames = frames,
                                    .evaluations = evaluations});
    Say("wrote {}\n", options.report.string());
  }

  void Export(const Dataset& dataset, const DatasetClip& clip) const {
    if (options.exports.poses.empty() && options.exports.angles.empty()) return;
    const DatasetPictures pictures = DrawnPictures(dataset, clip, options.picture);
    for (const fs::path& path :
         WriteExports(options.exports, pictures.reconstruction, &pictures.keypoints)) {
      Say("wrote {}\n", path.string());
    }
  }

  void Render(const Dataset& dataset, const LiftCheckpoint& checkpoint, const std::string& what) {
    options.clip.average_flip = options.test_augmentation;
    const DatasetClip clip = PredictDatasetClip(dataset, checkpoint, options.clip, what);
    Say("{} {}, camera {}: {} frames, {}\n", clip.sequence.subject, clip.sequence.action,
        clip.sequence.camera, clip.sequence.frame_count(),
        clip.sequence.has_poses() ? "with ground truth" : "no ground truth");
    if (!options.export_path.empty()) {
      Say("wrote {}\n", ExportDatasetClip(clip, options.export_path).string());
    }
    Export(dataset, clip);
    if (!options.report.empty()) {
      WriteRunReport(options.report,
                     {.network = checkpoint.pose.architecture,
                      .test_frames = CountFrames(dataset.Load(TestFilter(options)))});
      Say("wrote {}\n", options.report.string());
    }
    if (options.picture.output.empty()) return;
    ProgressLine progress(options.quiet);
    options.picture.monitor = progress.monitor();
    const RenderDatasetResult result = RenderDataset(dataset, clip, options.picture);
    progress.Clear();
    for (const std::string& warning : result.warnings) {
      fmt::print(stderr, "videopose: {}\n", warning);
    }
    Say("wrote {}, {} frames\n", options.picture.output.string(), result.frame_count);
  }
};

}  // namespace

std::function<int()> ConfigureRun(CLI::App& app) {
  auto command = std::make_shared<RunCommand>();
  AddRunFlags(app, command->options);
  return [command] { return command->Run(); };
}

}  // namespace videopose

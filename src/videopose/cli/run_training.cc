#include "videopose/cli/run_training.h"

#include <fmt/format.h>

#include <cstdio>

#include "videopose/cli/progress_line.h"
#include "videopose/cli/run_report.h"
#include "videopose/research/training_curves.h"
#include "videopose/train/evaluation_report.h"
#include "videopose/train/mocap_source.h"
#include "videopose/train/trainer.h"
#include "videopose/train/unlabeled_videos.h"

namespace videopose {
namespace {

TrainerOptions TrainerOptionsOf(const RunOptions& options) {
  TrainerOptions result{
      .causal = options.causal,
      .dense = options.dense,
      .dropout = options.dropout,
      .stride = options.stride,
      .epochs = options.epochs,
      .batch_size = options.batch_size,
      .learning_rate = options.learning_rate,
      .lr_decay = options.lr_decay,
      .mirror = options.train_augmentation,
      .optimized = options.optimized,
      .precision = options.precision == "bf16" ? Precision::kBf16 : Precision::kSingle,
      .seed = options.seed,
      .motion_losses = options.motion_losses,
      .warmup_epochs = options.warmup_epochs,
      .linear_projection = options.linear_projection,
      .bone_length_term = options.bone_length_term,
      .projection_term = options.projection_term,
      .evaluate_epochs = options.evaluate_epochs,
      .checkpoint_dir = options.checkpoint_dir,
      .checkpoint_frequency = options.checkpoint_frequency,
      .keep_best = options.keep_best,
      .resume = options.resume};
  if (options.resumed_learning_rate > 0) {
    result.resumed_learning_rate = options.resumed_learning_rate;
  }
  if (options.widths_given) result.widths = options.widths;
  if (options.channels_given) result.channels = options.channels;
  return result;
}

TrainingData Load(const RunOptions& options, const Dataset& dataset) {
  TrainingSelection selection{.train_subjects = options.train_subjects,
                              .test_subjects = options.test_subjects,
                              .unlabeled_subjects = options.unlabeled_subjects,
                              .action_prefixes = options.action_prefixes,
                              .subset = options.subset,
                              .downsample = options.downsample};
  if (options.unlabeled_keypoints.empty()) return LoadTrainingData(dataset, selection);
  // Then the unlabelled subjects are videos of those keypoints.
  selection.unlabeled_subjects.clear();
  TrainingData data = LoadTrainingData(dataset, selection);
  data.joint_keypoints = JointKeypointsOf(dataset);
  data.unlabeled = LoadUnlabeledVideos(dataset, {.data_dir = options.data.data_dir,
                                                 .keypoints = options.unlabeled_keypoints,
                                                 .videos = options.unlabeled_subjects,
                                                 .focal_px = options.unlabeled_focal_px,
                                                 .downsample = options.downsample});
  return data;
}

TrainingData LoadMocap(const RunOptions& options) {
  return LoadMocapData({.folder = options.mocap_dir,
                        .map = options.mocap_map,
                        .test_clips = options.mocap_test_clips,
                        .source = {.synthesis = options.synthesis,
                                   .input = options.mocap_input == "person" ? LifterInput::kPerson
                                                                            : LifterInput::kScreen,
                                   .windows_per_epoch = options.mocap_windows,
                                   .edges = options.mocap_edges,
                                   .seed = options.seed}});
}

class TrainingRun {
 public:
  TrainingRun(const RunOptions& options, TrainingData training_data)
      : options_(options),
        trainer_(std::move(training_data), TrainerOptionsOf(options)),
        progress_(options.quiet) {
    const TrainingData& data = trainer_.data();
    report_.network = trainer_.architecture();
    report_.train_frames = data.source ? data.source->windows_per_epoch() : CountFrames(data.train);
    report_.test_frames = CountFrames(data.test);
    if (trainer_.is_semi_supervised()) report_.unlabeled_frames = CountFrames(data.unlabeled);
  }

  void Run() {
    Introduce();
    trainer_.Run([this](const EpochRecord& record) { Finish(record); }, progress_.monitor());
    if (!trainer_.data().test.empty()) Evaluate();
    progress_.Clear();
    Say("checkpoints are in {}\n", options_.checkpoint_dir.string());
    if (options_.report.empty()) return;
    WriteRunReport(options_.report, report_);
    Say("wrote {}\n", options_.report.string());
  }

 private:
  template <typename... Args>
  void Say(fmt::format_string<Args...> format, Args&&... args) const {
    if (options_.quiet) return;
    fmt::print(format, std::forward<Args>(args)...);
    std::fflush(stdout);  // who follows a log wants to see the epochs as they come
  }

  void Introduce() const {
    Say("{}\n", DescribeNetwork(report_.network));
    Say("{} frames to train on, {} to test on", *report_.train_frames, report_.test_frames);
    if (report_.unlabeled_frames) Say(", {} without labels", *report_.unlabeled_frames);
    Say("\n");
    if (!options_.resume.empty()) {
      Say("going on from {}, epoch {}\n", (options_.checkpoint_dir / options_.resume).string(),
          trainer_.epochs_done());
    }
    Say("\n{}", EpochTableHeading(options_.evaluate_epochs, trainer_.is_semi_supervised()));
  }

  void Finish(const EpochRecord& record) {
    progress_.Clear();
    Say("{}", EpochTableRow(record));
    report_.epochs.push_back(record);
    if (options_.export_training_curves) {
      ExportTrainingCurves(options_.checkpoint_dir, report_.epochs);
    }
    if (!options_.report.empty()) WriteRunReport(options_.report, report_);
  }

  void Evaluate() {
    report_.evaluations = videopose::Evaluate(TemporalModel(trainer_.PoseWeights()),
                                              trainer_.data().symmetry, trainer_.data().test,
                                              {.average_flip = options_.test_augmentation,
                                               .by_subject = options_.by_subject,
                                               .monitor = progress_.monitor()});
    progress_.Clear();
    for (const Evaluation& evaluation : report_.evaluations) {
      Say("\n{}", EvaluationTable(evaluation));
    }
    Say("\nmm; MPJPE: protocol 1, P-MPJPE: 2, N-MPJPE: 3, MPJVE: velocity\n");
  }

  const RunOptions& options_;
  Trainer trainer_;
  ProgressLine progress_;
  RunReport report_;
};

}  // namespace

void Train(const RunOptions& options, const Dataset& dataset) {
  TrainingRun(options, Load(options, dataset)).Run();
}

void TrainOnMocap(const RunOptions& options) { TrainingRun(options, LoadMocap(options)).Run(); }

}  // namespace videopose

// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/run_training.h"

#include <fmt/format.h>

#include <cstdio>

#include "videopose/base/atomic_file.h"
#include "videopose/cli/progress_line.h"
#include "videopose/cli/run_report.h"
#include "videopose/config/options_file.h"
#include "videopose/research/training_curves.h"
#include "videopose/train/evaluation_report.h"
#include "videopose/train/mocap_source.h"
#include "videopose/train/trainer.h"

namespace videopose::internal {
namespace {

void WriteConfig(const RunOptions& options) {
  RunOptions copy = options;
  WriteFileAtomically(options.training.checkpoints.folder / "config.yaml",
                      WriteOptions(OptionTable(copy), /*with_help=*/true));
}

class TrainingRun {
 public:
  TrainingRun(const RunOptions& options, Communicator& processes)
      : options_(options),
        processes_(processes),
        trainer_(LoadTrainingData(options), options.Recorded(), processes),
        progress_(options.quiet || !processes.is_first()) {
    const TrainingData& data = trainer_.data();
    report_.network = trainer_.architecture();
    report_.epochs = trainer_.history();
    report_.train_frames = data.source ? data.source->windows_per_epoch() : CountFrames(data.train);
    report_.test_frames = CountFrames(data.test);
    if (trainer_.is_semi_supervised()) report_.unlabeled_frames = CountFrames(data.unlabeled);
  }

  void Run() {
    if (!processes_.is_first()) {
      trainer_.Run([](const EpochRecord&) {}, progress_.monitor());
      return;
    }
    Introduce();
    WriteConfig(options_);
    trainer_.Run([this](const EpochRecord& record) { Finish(record); }, progress_.monitor());
    if (!trainer_.data().test.empty()) Evaluate();
    progress_.Clear();
    Say("checkpoints are in {}\n", checkpoints().folder.string());
    const std::filesystem::path& report = options_.evaluation.report;
    if (report.empty()) return;
    WriteRunReport(report, report_);
    Say("wrote {}\n", report.string());
  }

 private:
  const CheckpointOptions& checkpoints() const { return options_.training.checkpoints; }

  template <typename... Args>
  void Say(fmt::format_string<Args...> format, Args&&... args) const {
    if (options_.quiet) return;
    fmt::print(format, std::forward<Args>(args)...);
    std::fflush(stdout);  // shows each epoch in a log file at once
  }

  void Introduce() const {
    for (const std::string& warning : trainer_.data().warnings) {
      fmt::print(stderr, "videopose: {}\n", warning);
    }
    Say("{}\n", DescribeNetwork(report_.network));
    Say("{} frames to train on, {} to test on", *report_.train_frames, report_.test_frames);
    if (report_.unlabeled_frames) Say(", {} without labels", *report_.unlabeled_frames);
    Say("\n");
    if (!processes_.is_alone()) Say("{} processes train together\n", processes_.size());
    if (!checkpoints().resume.empty()) {
      Say("going on from {}, epoch {}\n", (checkpoints().folder / checkpoints().resume).string(),
          trainer_.epochs_done());
    }
    Say("\n{}", EpochTableHeading(checkpoints().evaluate_epochs, trainer_.is_semi_supervised()));
  }

  void Finish(const EpochRecord& record) {
    progress_.Clear();
    Say("{}", EpochTableRow(record));
    report_.epochs.push_back(record);
    const EvaluationOptions& evaluation = options_.evaluation;
    if (evaluation.training_curves) ExportTrainingCurves(checkpoints().folder, report_.epochs);
    if (!evaluation.report.empty()) WriteRunReport(evaluation.report, report_);
  }

  void Evaluate() {
    report_.evaluations = internal::Evaluate(TemporalModel(trainer_.PoseWeights()),
                                             trainer_.data().symmetry, trainer_.data().test,
                                             {.average_flip = options_.evaluation.average_flip,
                                              .by_subject = options_.evaluation.by_subject,
                                              .monitor = progress_.monitor()});
    progress_.Clear();
    for (const Evaluation& evaluation : report_.evaluations) {
      Say("\n{}", EvaluationTable(evaluation));
    }
    Say("\nmm; MPJPE: protocol 1, P-MPJPE: 2, N-MPJPE: 3, MPJVE: velocity\n");
  }

  const RunOptions& options_;
  const Communicator& processes_;
  Trainer trainer_;
  ProgressLine progress_;
  RunReport report_;
};

}  // namespace

void Train(const RunOptions& options, Communicator& processes) {
  TrainingRun(options, processes).Run();
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/evaluate.h"

#include <algorithm>

#include "videopose/base/error.h"
#include "videopose/metrics.h"

namespace videopose::internal {
namespace {

constexpr double kMmPerMetre = 1000;

PoseErrors InMm(const PoseErrors& m) {
  return {kMmPerMetre * m.mpjpe, kMmPerMetre * m.p_mpjpe, kMmPerMetre * m.n_mpjpe,
          kMmPerMetre * m.mpjve};
}

// One group of sequences, those of one action, in the order in which they came.
struct Group {
  std::string subject, action;
  PoseErrorMean errors_in_metres;
};

Group& GroupOf(const Sequence& sequence, bool by_subject, std::vector<Group>& groups) {
  const std::string subject = by_subject ? sequence.subject : "";
  const std::string action = sequence.action.substr(0, sequence.action.find(' '));
  for (Group& group : groups) {
    if (group.subject == subject && group.action == action) return group;
  }
  return groups.emplace_back(Group{.subject = subject, .action = action});
}

std::vector<Evaluation> EvaluationsOf(const std::vector<Group>& groups) {
  std::vector<Evaluation> evaluations;
  for (const Group& group : groups) {
    auto at = std::find_if(evaluations.begin(), evaluations.end(),
                           [&](const Evaluation& e) { return e.subject == group.subject; });
    if (at == evaluations.end()) {
      evaluations.push_back({.subject = group.subject});
      at = evaluations.end() - 1;
    }
    at->actions.push_back(
        {group.action, InMm(group.errors_in_metres.Mean()), group.errors_in_metres.frames()});
  }
  for (Evaluation& evaluation : evaluations) {
    PoseErrorMean mean;
    for (const ActionErrors& action : evaluation.actions) mean.Add(action.errors_mm, 1);
    evaluation.average_mm = mean.Mean();
  }
  return evaluations;
}

}  // namespace

std::vector<Evaluation> Evaluate(const TemporalModel& model, const JointSymmetry& symmetry,
                                 std::span<const Sequence> sequences,
                                 const EvaluateOptions& options) {
  std::vector<const Sequence*> used;
  int64_t total = 0;
  for (const Sequence& sequence : sequences) {
    if (!sequence.has_poses() || sequence.frame_count() == 0) continue;
    used.push_back(&sequence);
    total += sequence.frame_count();
  }
  if (used.empty()) {
    Fail(ErrorCode::kInvalidArgument, "nothing to evaluate: no sequence has ground truth");
  }

  PosePredictor predictor(model, symmetry, {.average_flip = options.average_flip});
  std::vector<PoseErrors> errors_in_metres(used.size());
  int64_t done = 0;
  for (const std::vector<size_t>& batch : SequenceBatches(model.architecture(), used)) {
    options.monitor.Report("evaluate", done, total);
    std::vector<const Tensor*> keypoints;
    for (const size_t i : batch) keypoints.push_back(&used[i]->keypoints);
    const std::vector<Tensor> predicted = predictor.Predict(keypoints);
    for (size_t b = 0; b < batch.size(); ++b) {
      errors_in_metres[batch[b]] = MeasurePoseErrors(predicted[b], used[batch[b]]->poses);
      done += used[batch[b]]->frame_count();
    }
  }
  options.monitor.Report("evaluate", done, total);

  std::vector<Group> groups;
  for (size_t i = 0; i < used.size(); ++i) {
    GroupOf(*used[i], options.by_subject, groups)
        .errors_in_metres.Add(errors_in_metres[i], used[i]->frame_count());
  }
  return EvaluationsOf(groups);
}

}  // namespace videopose::internal

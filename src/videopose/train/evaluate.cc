#include "videopose/train/evaluate.h"

#include <algorithm>
#include <numeric>

#include "videopose/base/error.h"

namespace videopose {
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
  std::vector<int64_t> frame_counts;
  for (const Sequence& sequence : sequences) {
    if (!sequence.has_poses() || sequence.frame_count() == 0) continue;
    used.push_back(&sequence);
    frame_counts.push_back(sequence.frame_count());
  }
  if (used.empty()) Fail("nothing to evaluate: no sequence has ground truth");

  const int64_t total = std::accumulate(frame_counts.begin(), frame_counts.end(), int64_t{0});
  int64_t done = 0;
  std::vector<PoseErrors> errors(used.size());
  for (const std::vector<size_t>& group : GroupByLength(frame_counts)) {
    options.monitor.Report("evaluate", done, total);
    std::vector<const Tensor*> keypoints;
    for (const size_t i : group) keypoints.push_back(&used[i]->keypoints);
    const std::vector<Tensor> predicted =
        PredictPoses(model, keypoints, symmetry, {.average_flip = options.average_flip});
    for (size_t k = 0; k < group.size(); ++k) {
      const size_t i = group[k];
      errors[i] = MeasurePoseErrors(predicted[k], used[i]->poses);
      done += frame_counts[i];
    }
  }
  options.monitor.Report("evaluate", done, total);

  std::vector<Group> groups;
  for (size_t i = 0; i < used.size(); ++i) {
    const std::string subject = options.by_subject ? used[i]->subject : "";
    const std::string action = used[i]->action.substr(0, used[i]->action.find(' '));
    auto at = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return group.subject == subject && group.action == action;
    });
    if (at == groups.end()) {
      groups.push_back({.subject = subject, .action = action});
      at = groups.end() - 1;
    }
    at->errors_in_metres.Add(errors[i], frame_counts[i]);
  }
  return EvaluationsOf(groups);
}

}  // namespace videopose

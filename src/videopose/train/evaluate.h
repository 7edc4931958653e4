// How well a model does on a data set: per action, as the literature reports it.

#ifndef VIDEOPOSE_TRAIN_EVALUATE_H_
#define VIDEOPOSE_TRAIN_EVALUATE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "videopose/base/progress.h"
#include "videopose/metrics/mpjpe.h"
#include "videopose/train/predict.h"

namespace videopose {

struct ActionErrors {
  std::string action;  // the first word of its sequences' actions
  PoseErrors errors_mm;
  int64_t frame_count = 0;
};

struct Evaluation {
  std::string subject;                // empty: all together
  std::vector<ActionErrors> actions;  // in the order of the sequences
  PoseErrors average_mm;              // the actions' mean, each counts the same
};

struct EvaluateOptions {
  bool average_flip = true;
  bool by_subject = false;  // one evaluation for each, in the order of the sequences
  WorkMonitor monitor;      // counts frames
};

// Sequences without ground truth or without frames are left out. Throws Error if none remains.
std::vector<Evaluation> Evaluate(const TemporalModel& model, const JointSymmetry& symmetry,
                                 std::span<const Sequence> sequences,
                                 const EvaluateOptions& options = {});

}  // namespace videopose

#endif  // VIDEOPOSE_TRAIN_EVALUATE_H_

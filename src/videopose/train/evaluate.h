// SPDX-License-Identifier: Apache-2.0

// Errors of a model on a data set per action, as the literature reports them.

#ifndef VIDEOPOSE_TRAIN_EVALUATE_H_
#define VIDEOPOSE_TRAIN_EVALUATE_H_

#include <span>
#include <vector>

#include "videopose/data.h"
#include "videopose/train/predict.h"

namespace videopose::internal {

// Sequences without ground truth or without frames are left out. Throws Error if none remains.
std::vector<Evaluation> Evaluate(const TemporalModel& model, const JointSymmetry& symmetry,
                                 std::span<const Sequence> sequences,
                                 const EvaluateOptions& options = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_EVALUATE_H_

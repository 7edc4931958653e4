// SPDX-License-Identifier: Apache-2.0

// Evaluations as a text table and as JSON.

#ifndef VIDEOPOSE_TRAIN_EVALUATION_REPORT_H_
#define VIDEOPOSE_TRAIN_EVALUATION_REPORT_H_

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "videopose/train/evaluate.h"

namespace videopose::internal {

// A table: actions down, metrics across, their average last. Ends with a newline.
std::string EvaluationTable(const Evaluation& evaluation);

// [{"subject": null or a name,
//   "actions": {"Walking": {"mpjpe": 46.8, "p_mpjpe": .., "n_mpjpe": .., "mpjve": ..}, ..},
//   "average": {"mpjpe": .., ..}}, ..], millimetres, not rounded.
nlohmann::ordered_json ToJson(std::span<const Evaluation> evaluations);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_EVALUATION_REPORT_H_

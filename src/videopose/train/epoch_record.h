// SPDX-License-Identifier: Apache-2.0

// The results of one epoch of training, as JSON.

#ifndef VIDEOPOSE_TRAIN_EPOCH_RECORD_H_
#define VIDEOPOSE_TRAIN_EPOCH_RECORD_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "videopose/data.h"

namespace videopose::internal {

// {"epoch": 2, "lr": 0.00095, "3d_train": .., "3d_eval": .., ..}: only what there is.
nlohmann::ordered_json ToJson(const EpochRecord& record);

// A list of them as text, without the minutes: the same whenever and wherever they were trained.
std::string TextOf(const std::vector<EpochRecord>& records);
// Throws Error, which begins with `what`, for other text. Empty text: none.
std::vector<EpochRecord> EpochsFromText(const std::string& text, const std::string& what);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_EPOCH_RECORD_H_

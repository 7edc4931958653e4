// SPDX-License-Identifier: Apache-2.0

// The results of one epoch of training, as JSON.

#ifndef VIDEOPOSE_TRAIN_EPOCH_RECORD_H_
#define VIDEOPOSE_TRAIN_EPOCH_RECORD_H_

#include <nlohmann/json_fwd.hpp>

#include "videopose/train.h"

namespace videopose::internal {

// {"epoch": 2, "lr": 0.00095, "3d_train": .., "3d_eval": .., ..}: only what there is.
nlohmann::ordered_json ToJson(const EpochRecord& record);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_EPOCH_RECORD_H_

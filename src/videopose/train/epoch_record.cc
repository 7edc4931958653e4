// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/epoch_record.h"

#include <nlohmann/json.hpp>

namespace videopose::internal {

nlohmann::ordered_json ToJson(const EpochRecord& record) {
  nlohmann::ordered_json json;
  json["epoch"] = record.epoch;
  json["minutes"] = record.minutes;
  json["lr"] = record.learning_rate;
  json["3d_train"] = record.train_mm;
  if (record.poses) json["3d_eval"] = record.poses->train_mm;
  if (record.semi) json["traj_eval"] = record.semi->train_root_mm;
  if (record.poses) json["3d_valid"] = record.poses->valid_mm;
  if (record.semi) {
    json["traj_valid"] = record.semi->valid_root_mm;
    json["2d_train_sup"] = record.semi->train_screen;
    json["2d_train_unsup"] = record.semi->unlabeled_screen;
    json["2d_valid"] = record.semi->valid_screen;
  }
  return json;
}

}  // namespace videopose::internal

// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/epoch_record.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "videopose/base/error.h"

namespace videopose::internal {

nlohmann::ordered_json ToJson(const EpochRecord& record) {
  nlohmann::ordered_json json;
  json["epoch"] = record.epoch;
  if (record.minutes > 0) json["minutes"] = record.minutes;
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

std::string TextOf(const std::vector<EpochRecord>& records) {
  auto list = nlohmann::ordered_json::array();
  for (EpochRecord record : records) {
    record.minutes = 0;
    list.push_back(ToJson(record));
  }
  return list.dump();
}

std::vector<EpochRecord> EpochsFromText(const std::string& text, const std::string& what) try {
  std::vector<EpochRecord> records;
  if (text.empty()) return records;
  const auto number = [](const nlohmann::json& json) {
    return json.is_null() ? std::nan("") : json.get<double>();  // JSON has no NaN
  };
  for (const nlohmann::json& json : nlohmann::json::parse(text)) {
    EpochRecord record{.epoch = json.at("epoch"),
                       .learning_rate = number(json.at("lr")),
                       .train_mm = number(json.at("3d_train"))};
    if (json.contains("3d_eval")) {
      record.poses = {number(json.at("3d_eval")), number(json.at("3d_valid"))};
    }
    if (json.contains("traj_eval")) {
      record.semi = {.train_root_mm = number(json.at("traj_eval")),
                     .valid_root_mm = number(json.at("traj_valid")),
                     .train_screen = number(json.at("2d_train_sup")),
                     .unlabeled_screen = number(json.at("2d_train_unsup")),
                     .valid_screen = number(json.at("2d_valid"))};
    }
    records.push_back(record);
  }
  return records;
} catch (const nlohmann::json::exception& error) {
  Fail(ErrorCode::kWrongFormat, "{}: damaged: expected the records of epochs: {}", what,
       error.what());
}

}  // namespace videopose::internal

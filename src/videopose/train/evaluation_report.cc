// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/evaluation_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace videopose::internal {
namespace {

nlohmann::ordered_json ErrorsToJson(const PoseErrors& errors_mm) {
  return {{"mpjpe", errors_mm.mpjpe},
          {"p_mpjpe", errors_mm.p_mpjpe},
          {"n_mpjpe", errors_mm.n_mpjpe},
          {"mpjve", errors_mm.mpjve}};
}

}  // namespace

std::string EvaluationTable(const Evaluation& evaluation) {
  const std::string title = evaluation.subject.empty() ? "Action" : evaluation.subject;
  size_t width = std::max(title.size(), std::string_view("Average").size());
  int64_t frame_count = 0;
  for (const ActionErrors& action : evaluation.actions) {
    width = std::max(width, action.action.size());
    frame_count += action.frame_count;
  }
  std::string table = fmt::format("{:{}}  {:>8}  {:>8}  {:>8}  {:>8}  {:>8}\n", title, width,
                                  "MPJPE", "P-MPJPE", "N-MPJPE", "MPJVE", "frames");
  const auto add_row = [&](std::string_view name, const PoseErrors& mm, int64_t frames) {
    table += fmt::format("{:{}}  {:8.1f}  {:8.1f}  {:8.1f}  {:8.2f}  {:8}\n", name, width, mm.mpjpe,
                         mm.p_mpjpe, mm.n_mpjpe, mm.mpjve, frames);
  };
  for (const ActionErrors& action : evaluation.actions) {
    add_row(action.action, action.errors_mm, action.frame_count);
  }
  add_row("Average", evaluation.average_mm, frame_count);
  return table;
}

nlohmann::ordered_json ToJson(std::span<const Evaluation> evaluations) {
  auto list = nlohmann::ordered_json::array();
  for (const Evaluation& evaluation : evaluations) {
    nlohmann::ordered_json entry;
    entry["subject"] = nullptr;
    if (!evaluation.subject.empty()) entry["subject"] = evaluation.subject;
    entry["actions"] = nlohmann::ordered_json::object();
    for (const ActionErrors& action : evaluation.actions) {
      entry["actions"][action.action] = ErrorsToJson(action.errors_mm);
    }
    entry["average"] = ErrorsToJson(evaluation.average_mm);
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace videopose::internal

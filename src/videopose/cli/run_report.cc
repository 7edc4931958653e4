// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/run_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "videopose/base/atomic_file.h"
#include "videopose/train/evaluation_report.h"

namespace videopose::internal {

std::string DescribeNetwork(const TemporalArchitecture& network) {
  return fmt::format("widths {}{}{} ({} frames), {} channels, {} parameters",
                     WidthsText(network.widths), network.causal ? ", causal" : "",
                     network.dense ? ", dense" : "", network.receptive_field(), network.channels,
                     network.parameter_count());
}

void WriteRunReport(const std::filesystem::path& path, const RunReport& report) {
  nlohmann::ordered_json json;
  json["epochs"] = nlohmann::ordered_json::array();
  for (const EpochRecord& epoch : report.epochs) json["epochs"].push_back(ToJson(epoch));
  json["evaluations"] = ToJson(report.evaluations);
  json["receptive_field"] = report.network.receptive_field();
  json["parameters"] = report.network.parameter_count();
  json["test_frames"] = report.test_frames;
  if (report.train_frames) json["train_frames"] = *report.train_frames;
  if (report.unlabeled_frames) json["semi_frames"] = *report.unlabeled_frames;
  WriteFileAtomically(path, json.dump(1) + "\n");
}

std::string EpochTableHeading(bool evaluated, bool semi_supervised) {
  const std::string above = fmt::format("{:>23}  {:<28}", "", "MPJPE, mm");
  std::string first = above,
              second = fmt::format("{:>5} {:>7} {:>9}  {:>8}", "epoch", "minutes", "lr", "train");
  if (evaluated) second += fmt::format("  {:>8}  {:>8}", "eval", "valid");
  if (evaluated && semi_supervised) {
    first += fmt::format("  {:<18}  {}", "of the root, mm", "on screen, half widths");
    second += fmt::format("  {:>8}  {:>8}  {:>8}  {:>8}  {:>8}", "eval", "valid", "eval",
                          "unlabel.", "valid");
  }
  first.erase(first.find_last_not_of(' ') + 1);
  return first + "\n" + second + "\n";
}

std::string EpochTableRow(const EpochRecord& record) {
  std::string row = fmt::format("{:>5} {:>7.2f} {:>9.6f}  {:>8.2f}", record.epoch, record.minutes,
                                record.learning_rate, record.train_mm);
  if (record.poses) {
    row += fmt::format("  {:>8.2f}  {:>8.2f}", record.poses->train_mm, record.poses->valid_mm);
  }
  if (record.semi) {
    row += fmt::format("  {:>8.2f}  {:>8.2f}  {:>8.5f}  {:>8.5f}  {:>8.5f}",
                       record.semi->train_root_mm, record.semi->valid_root_mm,
                       record.semi->train_screen, record.semi->unlabeled_screen,
                       record.semi->valid_screen);
  }
  return row + "\n";
}

}  // namespace videopose::internal

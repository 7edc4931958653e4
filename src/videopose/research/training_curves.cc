// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/training_curves.h"

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "videopose/render/plot.h"

namespace videopose::internal {
namespace {

constexpr int64_t kFirstEpoch = 4;
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr double kPercentOfHalfWidth = 50;

struct Curve {
  std::string name;
  std::function<double(const EpochRecord&)> value;
};

// A value of the parts of a record that may be missing.
Curve PosesCurve(std::string name, double EpochRecord::Poses::*value) {
  return {std::move(name), [value](const EpochRecord& record) {
            return record.poses ? (*record.poses).*value : kNothing;
          }};
}
Curve SemiCurve(std::string name, double EpochRecord::Semi::*value, double scale = 1) {
  return {std::move(name), [value, scale](const EpochRecord& record) {
            return record.semi ? scale * (*record.semi).*value : kNothing;
          }};
}

const EpochRecord* BestOf(std::span<const EpochRecord> records) {
  const EpochRecord* best = nullptr;
  for (const EpochRecord& record : records) {
    if (!record.poses) continue;
    if (best == nullptr || record.poses->valid_mm < best->poses->valid_mm) best = &record;
  }
  return best;
}

void Write(const std::filesystem::path& folder, const std::string& name, Plot plot,
           std::span<const EpochRecord> records, const std::vector<Curve>& curves) {
  plot.x_label = "epoch";
  plot.first_x = static_cast<int>(records.front().epoch);
  for (const Curve& curve : curves) {
    PlotSeries& series = plot.series.emplace_back(PlotSeries{.name = curve.name});
    for (const EpochRecord& record : records) series.values.push_back(curve.value(record));
  }
  if (const EpochRecord* best = BestOf(records)) {
    plot.marked_x = static_cast<int>(best->epoch);
    plot.mark_label = fmt::format("best: epoch {}, {:.1f} mm", best->epoch, best->poses->valid_mm);
  }
  for (const std::string_view extension : kPlotExtensions) {
    WritePlot(folder / fmt::format("{}{}", name, extension), plot);
  }
}

}  // namespace

void ExportTrainingCurves(const std::filesystem::path& folder,
                          std::span<const EpochRecord> records) {
  while (!records.empty() && records.front().epoch < kFirstEpoch) records = records.subspan(1);
  if (records.empty()) return;
  Write(folder, "loss_3d", {.title = "Joint positions", .y_label = "mean joint error (mm)"},
        records,
        {{"training, while learning", [](const EpochRecord& record) { return record.train_mm; }},
         PosesCurve("training, evaluated", &EpochRecord::Poses::train_mm),
         PosesCurve("test", &EpochRecord::Poses::valid_mm)});
  if (!records.back().semi) return;
  Write(folder, "loss_traj", {.title = "Trajectory", .y_label = "mean root error (mm)"}, records,
        {SemiCurve("training", &EpochRecord::Semi::train_root_mm),
         SemiCurve("test", &EpochRecord::Semi::valid_root_mm)});
  Write(folder, "loss_2d",
        {.title = "Projection on the keypoints", .y_label = "mean distance (% of image width)"},
        records,
        {SemiCurve("labelled", &EpochRecord::Semi::train_screen, kPercentOfHalfWidth),
         SemiCurve("unlabelled", &EpochRecord::Semi::unlabeled_screen, kPercentOfHalfWidth),
         SemiCurve("test", &EpochRecord::Semi::valid_screen, kPercentOfHalfWidth)});
}

}  // namespace videopose::internal

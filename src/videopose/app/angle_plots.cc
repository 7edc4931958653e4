// SPDX-License-Identifier: Apache-2.0

#include "videopose/app/angle_plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/pose.h"
#include "videopose/render/plot.h"

namespace videopose::internal {
namespace {

constexpr int kColumns = 3;

struct Axes {
  std::string title;
  // In the legend, and as the angle is called. Right first: it is blue and left orange, as in our
  // other images.
  std::vector<std::pair<std::string, std::string>> series;
};

Axes BothSides(std::string title, const std::string& angle) {
  return {std::move(title), {{"right", "right_" + angle}, {"left", "left_" + angle}}};
}

std::vector<Axes> AllAxes() {
  return {BothSides("Hip flexion", "hip_flexion"),
          BothSides("Hip abduction", "hip_abduction"),
          BothSides("Hip rotation (internal)", "hip_rotation"),
          BothSides("Shoulder elevation", "shoulder_elevation"),
          BothSides("Shoulder flexion", "shoulder_flexion"),
          BothSides("Shoulder abduction", "shoulder_abduction"),
          BothSides("Shoulder rotation (internal)", "shoulder_rotation"),
          BothSides("Knee flexion", "knee_flexion"),
          BothSides("Elbow flexion", "elbow_flexion"),
          {"Trunk against pelvis",
           {{"flexion", "trunk_flexion"},
            {"bending to the right", "trunk_bending"},
            {"rotation to the left", "trunk_rotation"}}}};
}

PlotSeries SeriesOf(const std::vector<float>& angles, const std::string& legend,
                    const std::string& angle) {
  const auto names = JointAngleNames();
  const auto column = static_cast<size_t>(std::ranges::find(names, angle) - names.begin());
  PlotSeries series{.name = legend};
  for (size_t i = column; i < angles.size(); i += names.size()) series.values.push_back(angles[i]);
  return series;
}

bool HasValue(const Plot& plot) {
  return std::ranges::any_of(plot.series, [](const PlotSeries& series) {
    return std::ranges::any_of(series.values, [](double value) { return std::isfinite(value); });
  });
}

}  // namespace

void WriteAnglePlots(const std::filesystem::path& path, const Motion& motion,
                     const PersonMotion& person, double start_s) {
  const std::vector<float> angles = JointAnglesOf(motion, person);
  std::vector<Plot> plots;
  for (const Axes& axes : AllAxes()) {
    Plot plot{.title = axes.title,
              .x_label = "time (s)",
              .y_label = "degrees",
              .first_x = start_s,
              .x_step = 1 / motion.fps};
    for (const auto& [legend, angle] : axes.series) {
      plot.series.push_back(SeriesOf(angles, legend, angle));
    }
    plots.push_back(std::move(plot));
  }
  const bool is_seen = std::ranges::any_of(plots, HasValue);
  if (is_seen) std::erase_if(plots, [](const Plot& plot) { return !HasValue(plot); });
  const std::string title = !is_seen ? "Joint angles: no person found"
                            : motion.people.size() > 1
                                ? fmt::format("Joint angles, person {}", person.id)
                                : "Joint angles";
  WritePlots(path, title, plots, kColumns);
}

}  // namespace videopose::internal

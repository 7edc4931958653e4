// SPDX-License-Identifier: Apache-2.0

// Line charts, such as a training's errors over its epochs, as PNG and SVG.

#ifndef VIDEOPOSE_RENDER_PLOT_H_
#define VIDEOPOSE_RENDER_PLOT_H_

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace videopose::internal {

struct PlotSeries {
  std::string name;            // in the legend
  std::vector<double> values;  // at first_x, first_x + x_step, ...; the line has a gap at a NaN
};

struct Plot {
  std::string title, x_label, y_label;  // UTF-8
  double first_x = 1, x_step = 1;
  std::vector<PlotSeries> series;
  std::optional<int> marked_x;  // where a vertical line and the points on it stand out
  std::string mark_label;       // beside that line
};

inline constexpr std::array<std::string_view, 2> kPlotExtensions = {".png", ".svg"};

// By the path's extension .png (1920 x 1080 pixels) or .svg, the same image, atomically. Without
// a finite value it has axes alone. Throws Error for another extension and where the file cannot
// be written.
void WritePlot(const std::filesystem::path& path, const Plot& plot);

// Several in one image, row by row, `columns` in each, under a common title. The same otherwise; a
// PNG has 960 x 540 pixels for each.
void WritePlots(const std::filesystem::path& path, const std::string& title,
                std::span<const Plot> plots, int columns);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_PLOT_H_

// Line charts, such as a training's errors over its epochs, as PNG and SVG.

#ifndef VIDEOPOSE_RENDER_PLOT_H_
#define VIDEOPOSE_RENDER_PLOT_H_

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace videopose {

struct PlotSeries {
  std::string name;            // in the legend
  std::vector<double> values;  // at first_x, first_x + 1, ...; the line has a gap at a NaN
};

struct Plot {
  std::string title, x_label, y_label;  // UTF-8
  int first_x = 1;
  std::vector<PlotSeries> series;
  std::optional<int> marked_x;  // where a vertical line and the points on it stand out
  std::string mark_label;       // beside that line
};

// By the path's extension .png (1920 x 1080 pixels) or .svg, the same picture, atomically. At least
// one series must have a finite value. Throws Error for another extension and where the file cannot
// be written.
void WritePlot(const std::filesystem::path& path, const Plot& plot);

}  // namespace videopose

#endif  // VIDEOPOSE_RENDER_PLOT_H_

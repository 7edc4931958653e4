// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/plot.h"

#include <cairo-svg.h>
#include <cairo.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>

#include "videopose/base/atomic_file.h"
#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/geometry.h"
#include "videopose/render/axis_ticks.h"
#include "videopose/render/tile.h"

namespace videopose::internal {
namespace {

// The image, in points; a PNG has several pixels for each.
constexpr double kWidth = 960, kHeight = 540;
constexpr int kPixelsPerPoint = 2;
constexpr double kLeft = 84, kRight = 936, kTop = 92, kBottom = 478;  // of the axes
constexpr double kTitleSize = 20, kLabelSize = 14, kTickSize = 13;
constexpr double kSheetTitleSize = 14;

constexpr Rgb kPaper{255, 255, 255}, kGrid{229, 231, 235}, kText{31, 41, 55}, kFaint{107, 114, 128};
// Okabe and Ito's colours, which stay apart for every common kind of colour blindness.
constexpr std::array<Rgb, 6> kColours = {
    {{0, 114, 178}, {213, 94, 0}, {0, 158, 115}, {204, 121, 167}, {86, 180, 233}, {230, 159, 0}}};

struct Destroy {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
using Surface = std::unique_ptr<cairo_surface_t, Destroy>;

cairo_status_t Append(void* bytes, const unsigned char* data, unsigned int size) {
  static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

void Expect(cairo_status_t status, const std::filesystem::path& path) {
  if (status != CAIRO_STATUS_SUCCESS) {
    Fail(ErrorCode::kCannotWrite, "{}: cannot draw the plot: {}", path.string(),
         cairo_status_to_string(status));
  }
}

void SetColour(cairo_t* cairo, Rgb colour) {
  cairo_set_source_rgb(cairo, colour.r / 255.0, colour.g / 255.0, colour.b / 255.0);
}

class Chart {
 public:
  Chart(cairo_t* cairo, const Plot& plot) : cairo_(cairo), plot_(plot) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    size_t count = 1;
    for (const PlotSeries& series : plot.series) {
      count = std::max(count, series.values.size());
      for (const double value : series.values) {
        if (!std::isfinite(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
    if (low > high) low = 0, high = 1;  // nothing to show
    last_x_ = plot.first_x + (static_cast<double>(count) - 1) * plot.x_step;
    x_ticks_ = NiceTicks(plot.first_x, last_x_, 12, std::floor(plot.x_step));
    y_ticks_ = NiceTicks(low, high, 6);
  }

  void Draw() {
    cairo_select_font_face(cairo_, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_line_cap(cairo_, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cairo_, CAIRO_LINE_JOIN_ROUND);
    DrawGrid();
    DrawLabels();
    if (plot_.marked_x) DrawMarkLine();
    for (size_t i = 0; i < plot_.series.size(); ++i) DrawSeries(plot_.series[i], ColourOf(i));
    if (plot_.marked_x) DrawMarkLabel();
  }

 private:
  static Rgb ColourOf(size_t series) { return kColours[series % kColours.size()]; }
  // A single value stands in the middle.
  double PlaceX(double x) const {
    const double span = last_x_ - plot_.first_x;
    return span > 0 ? kLeft + (x - plot_.first_x) / span * (kRight - kLeft) : (kLeft + kRight) / 2;
  }
  double PlaceY(double y) const {
    return kBottom - (y - y_ticks_.low()) / (y_ticks_.high() - y_ticks_.low()) * (kBottom - kTop);
  }

  void SetColour(Rgb colour) { internal::SetColour(cairo_, colour); }
  void Line(double x0, double y0, double x1, double y1, Rgb colour, double width) {
    SetColour(colour);
    cairo_set_line_width(cairo_, width);
    cairo_move_to(cairo_, x0, y0);
    cairo_line_to(cairo_, x1, y1);
    cairo_stroke(cairo_);
  }
  void Dot(double x, double y, double radius, Rgb colour) {
    SetColour(colour);
    cairo_new_path(cairo_);
    cairo_arc(cairo_, x, y, radius, 0, 2 * std::numbers::pi);
    cairo_fill(cairo_);
  }
  double TextWidth(const std::string& text, double size) {
    cairo_set_font_size(cairo_, size);
    cairo_text_extents_t extents{};
    cairo_text_extents(cairo_, text.c_str(), &extents);
    return extents.x_advance;
  }
  // `anchor`: the part of the text's width that is left of x.
  void Text(const std::string& text, double x, double baseline, double size, Rgb colour,
            double anchor = 0) {
    x -= anchor * TextWidth(text, size);
    SetColour(colour);
    cairo_move_to(cairo_, x, baseline);
    cairo_show_text(cairo_, text.c_str());
  }

  void DrawGrid() {
    for (size_t i = 0; i < y_ticks_.values.size(); ++i) {
      const double y = PlaceY(y_ticks_.values[i]);
      Line(kLeft, y, kRight, y, kGrid, 1);
      Text(y_ticks_.Label(i), kLeft - 10, y + 0.36 * kTickSize, kTickSize, kFaint, 1);
    }
    for (size_t i = 0; i < x_ticks_.values.size(); ++i) {
      const double value = x_ticks_.values[i];
      if (value < plot_.first_x || value > last_x_) continue;
      const double x = PlaceX(value);
      Line(x, kTop, x, kBottom, kGrid, 1);
      Text(x_ticks_.Label(i), x, kBottom + 20, kTickSize, kFaint, 0.5);
    }
    Line(kLeft, kBottom, kRight, kBottom, kFaint, 1.5);
  }

  void DrawLabels() {
    Text(plot_.title, kLeft, 38, kTitleSize, kText);
    Text(plot_.x_label, (kLeft + kRight) / 2, kBottom + 46, kLabelSize, kText, 0.5);
    cairo_save(cairo_);
    cairo_translate(cairo_, 28, (kTop + kBottom) / 2);
    cairo_rotate(cairo_, -std::numbers::pi / 2);
    Text(plot_.y_label, 0, 0, kLabelSize, kText, 0.5);
    cairo_restore(cairo_);

    double x = kLeft;
    for (size_t i = 0; i < plot_.series.size(); ++i) {
      const std::string& name = plot_.series[i].name;
      Line(x + 2, 64, x + 24, 64, ColourOf(i), 3);
      Text(name, x + 34, 64 + 0.36 * kLabelSize, kLabelSize, kText);
      x += 34 + TextWidth(name, kLabelSize) + 28;
    }
  }

  void DrawSeries(const PlotSeries& series, Rgb colour) {
    const auto is_value = [&series](size_t i) {
      return i < series.values.size() && std::isfinite(series.values[i]);
    };
    const auto place = [&](size_t i) {
      const double x = plot_.first_x + static_cast<double>(i) * plot_.x_step;
      return Vec2d{PlaceX(x), PlaceY(series.values[i])};
    };
    for (size_t begin = 0, end; begin < series.values.size(); begin = end + 1) {
      for (end = begin; is_value(end); ++end) {
      }
      if (end == begin + 1) {
        Dot(place(begin).x, place(begin).y, 3, colour);  // no neighbour to draw a line to
      } else if (end > begin) {
        SetColour(colour);
        cairo_set_line_width(cairo_, 2.5);
        cairo_new_path(cairo_);  // text leaves a point behind
        for (size_t i = begin; i < end; ++i) cairo_line_to(cairo_, place(i).x, place(i).y);
        cairo_stroke(cairo_);
      }
    }
    if (!plot_.marked_x) return;
    const double marked = (*plot_.marked_x - plot_.first_x) / plot_.x_step;
    if (marked < 0 || !is_value(static_cast<size_t>(marked))) return;
    const Vec2d at = place(static_cast<size_t>(marked));
    Dot(at.x, at.y, 6.5, kPaper);
    Dot(at.x, at.y, 5, colour);
  }

  void DrawMarkLine() {
    const double x = PlaceX(*plot_.marked_x);
    constexpr double kDash = 5;
    cairo_set_dash(cairo_, &kDash, 1, 0);
    Line(x, kTop, x, kBottom, kFaint, 1.5);
    cairo_set_dash(cairo_, nullptr, 0, 0);
  }
  // On a background of its own, on the side with enough space.
  void DrawMarkLabel() {
    if (plot_.mark_label.empty()) return;
    const double width = TextWidth(plot_.mark_label, kTickSize) + 12;
    const double line = PlaceX(*plot_.marked_x);
    const double x = line + 6 + width <= kRight ? line + 6 : line - 6 - width;
    SetColour(kPaper);
    cairo_rectangle(cairo_, x, kTop + 3, width, kTickSize + 8);
    cairo_fill(cairo_);
    Text(plot_.mark_label, x + 6, kTop + 8 + 0.75 * kTickSize, kTickSize, kText);
  }

  cairo_t* cairo_;
  const Plot& plot_;
  double last_x_ = 0;
  AxisTicks x_ticks_, y_ticks_;
};

// The layout of an image of several charts, in points.
struct Sheet {
  std::string title;
  std::span<const Plot> plots;
  int columns = 1;
  double scale = 1;  // of each
  double head = 0;   // space for the title

  double width() const { return columns * scale * kWidth; }
  double height() const {
    const auto rows = (static_cast<double>(plots.size()) + columns - 1) / columns;
    return head + std::floor(rows) * scale * kHeight;
  }
};

void DrawOn(cairo_surface_t* surface, const Sheet& sheet, double pixels_per_point,
            const std::filesystem::path& path) {
  const std::unique_ptr<cairo_t, Destroy> cairo(cairo_create(surface));
  cairo_scale(cairo.get(), pixels_per_point, pixels_per_point);
  SetColour(cairo.get(), kPaper);
  cairo_paint(cairo.get());
  if (!sheet.title.empty()) {
    cairo_select_font_face(cairo.get(), "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo.get(), kSheetTitleSize);
    SetColour(cairo.get(), kText);
    cairo_move_to(cairo.get(), sheet.scale * kLeft, sheet.head - 0.5 * kSheetTitleSize);
    cairo_show_text(cairo.get(), sheet.title.c_str());
  }
  for (size_t i = 0; i < sheet.plots.size(); ++i) {
    const double column = i % static_cast<size_t>(sheet.columns);
    const double row = i / static_cast<size_t>(sheet.columns);
    cairo_save(cairo.get());
    cairo_translate(cairo.get(), column * sheet.scale * kWidth,
                    sheet.head + row * sheet.scale * kHeight);
    cairo_scale(cairo.get(), sheet.scale, sheet.scale);
    Chart(cairo.get(), sheet.plots[i]).Draw();
    cairo_restore(cairo.get());
  }
  Expect(cairo_status(cairo.get()), path);
}

void WriteSheet(const std::filesystem::path& path, const Sheet& sheet) {
  std::string bytes;
  const std::string extension = LowerCaseExtension(path);
  if (extension == kPlotExtensions[0]) {
    const Surface surface(cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, static_cast<int>(std::lround(sheet.width() * kPixelsPerPoint)),
        static_cast<int>(std::lround(sheet.height() * kPixelsPerPoint))));
    DrawOn(surface.get(), sheet, kPixelsPerPoint, path);
    Expect(cairo_surface_write_to_png_stream(surface.get(), Append, &bytes), path);
  } else if (extension == kPlotExtensions[1]) {
    const Surface surface(
        cairo_svg_surface_create_for_stream(Append, &bytes, sheet.width(), sheet.height()));
    DrawOn(surface.get(), sheet, 1, path);
    cairo_surface_finish(surface.get());
    Expect(cairo_surface_status(surface.get()), path);
  } else {
    Fail(ErrorCode::kCannotWrite, "{}: plots are {}", path.string(),
         fmt::join(kPlotExtensions, " or "));
  }
  WriteFileAtomically(path, bytes);
}

}  // namespace

void WritePlot(const std::filesystem::path& path, const Plot& plot) {
  WriteSheet(path, {.plots = {&plot, 1}});
}

void WritePlots(const std::filesystem::path& path, const std::string& title,
                std::span<const Plot> plots, int columns) {
  VP_CHECK(!plots.empty() && columns >= 1, "{} plots in {} columns", plots.size(), columns);
  WriteSheet(path, {.title = title,
                    .plots = plots,
                    .columns = columns,
                    .scale = 1.0 / kPixelsPerPoint,
                    .head = 2 * kSheetTitleSize});
}

}  // namespace videopose::internal

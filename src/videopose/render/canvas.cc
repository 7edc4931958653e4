// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/canvas.h"

#include <numbers>

namespace videopose::internal {

Canvas::Canvas(Tile tile)
    : surface_(cairo_image_surface_create_for_data(tile.bgrx, CAIRO_FORMAT_RGB24, tile.width_px,
                                                   tile.height_px,
                                                   static_cast<int>(tile.stride_bytes))),
      cairo_(cairo_create(surface_.get())) {
  cairo_select_font_face(cairo_.get(), "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                         CAIRO_FONT_WEIGHT_NORMAL);
}

void Canvas::SetColour(Rgb colour, double opacity) {
  cairo_set_source_rgba(cairo_.get(), colour.r / 255.0, colour.g / 255.0, colour.b / 255.0,
                        opacity);
}

double Canvas::TextWidth(const std::string& utf8, double size_px) {
  cairo_set_font_size(cairo_.get(), size_px);
  cairo_text_extents_t extents{};
  cairo_text_extents(cairo_.get(), utf8.c_str(), &extents);
  return extents.x_advance;
}

void Canvas::Text(const std::string& utf8, double x_px, double baseline_px, double size_px,
                  Rgb colour, Align align) {
  SetColour(colour);
  cairo_set_font_size(cairo_.get(), size_px);
  if (align == Align::kRight) x_px -= TextWidth(utf8, size_px);
  cairo_move_to(cairo_.get(), x_px, baseline_px);
  cairo_show_text(cairo_.get(), utf8.c_str());
}

void Canvas::Chip(double x_px, double y_px, double width_px, double height_px, Rgb colour,
                  double opacity) {
  constexpr double kQuarter = std::numbers::pi / 2;
  const double radius = height_px / 2;
  SetColour(colour, opacity);
  cairo_new_path(cairo_.get());
  cairo_arc(cairo_.get(), x_px + width_px - radius, y_px + radius, radius, -kQuarter, kQuarter);
  cairo_arc(cairo_.get(), x_px + radius, y_px + radius, radius, kQuarter, 3 * kQuarter);
  cairo_close_path(cairo_.get());
  cairo_fill(cairo_.get());
}

void Canvas::Dot(double x_px, double y_px, double radius_px, Rgb colour) {
  Chip(x_px - radius_px, y_px - radius_px, 2 * radius_px, 2 * radius_px, colour, 1);
}

}  // namespace videopose::internal

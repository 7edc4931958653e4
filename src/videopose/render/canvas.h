// SPDX-License-Identifier: Apache-2.0

// Text and small shapes on an image, by Cairo.

#ifndef VIDEOPOSE_RENDER_CANVAS_H_
#define VIDEOPOSE_RENDER_CANVAS_H_

#include <cairo.h>

#include <memory>
#include <string>

#include "videopose/render/tile.h"

namespace videopose::internal {

// Draws straight into the tile's pixels; done when destroyed. Without any font on the machine text
// is left out.
class Canvas {
 public:
  explicit Canvas(Tile tile);

  enum class Align { kLeft, kRight };
  // At the given base line.
  void Text(const std::string& utf8, double x_px, double baseline_px, double size_px, Rgb colour,
            Align align = Align::kLeft);
  double TextWidth(const std::string& utf8, double size_px);
  // A rectangle with round ends, to put text on.
  void Chip(double x_px, double y_px, double width_px, double height_px, Rgb colour,
            double opacity);
  void Dot(double x_px, double y_px, double radius_px, Rgb colour);

 private:
  struct Destroy {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
  };
  void SetColour(Rgb colour, double opacity = 1);

  std::unique_ptr<cairo_surface_t, Destroy> surface_;
  std::unique_ptr<cairo_t, Destroy> cairo_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_CANVAS_H_

// SPDX-License-Identifier: Apache-2.0

// The viewer of the 3D panel: a camera of our own.
//
// World frame: x right and y forward as the video's camera sees it, z up, metres; the floor is
// z = 0. View frame: x right, y down, z forward of the viewer.

#ifndef VIDEOPOSE_RENDER_VIEW_H_
#define VIDEOPOSE_RENDER_VIEW_H_

#include "videopose/geometry.h"
#include "videopose/render.h"

namespace videopose::internal {

struct ViewOptions {
  int width_px = 512, height_px = 512;
  Projection projection = Projection::kPerspective;
  double azimuth_deg = 0, elevation_deg = 0;  // as in RenderOptions
  Vec3f focus_in_world = {0, 0, 1};           // seen in the middle of the panel
  double distance_m = 5;                      // from the viewer to the focus
};

class View {
 public:
  explicit View(const ViewOptions& options);

  struct Seen {
    float x_px = 0, y_px = 0;
    float depth_m = 0;   // along the viewing direction
    float px_per_m = 0;  // how large things are there
  };
  Seen Project(Vec3f point_in_world) const;
  Vec3f RotateToView(Vec3f direction_in_world) const;

  // The floor seen along one row of pixels. The viewer's head is never tilted, so it is a straight
  // line walked at a steady pace: floor_in_world(x_px) = start + x_px * step.
  struct FloorRow {
    bool visible = false;
    Vec2f start, step;
  };
  FloorRow FloorAt(float y_px) const;

  // The smallest distance from the focus at which the ball around a point stays `margin_px` inside
  // the panel. Angles, focus and size as in `options`.
  static double DistanceToFit(const ViewOptions& options, Vec3f point_in_world, double radius_m,
                              double margin_px);

  const ViewOptions& options() const { return options_; }

 private:
  ViewOptions options_;
  Vec3d right_, up_, forward_;  // in world
  Vec3d eye_;
  double focal_px_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_VIEW_H_

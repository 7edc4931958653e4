// SPDX-License-Identifier: Apache-2.0

// Round cones as pixels: lit from above with soft edges and correct overlaps for the 3D figure, and
// flat for the 2D overlay.

#ifndef VIDEOPOSE_RENDER_SHADING_H_
#define VIDEOPOSE_RENDER_SHADING_H_

#include <vector>

#include "videopose/geometry.h"
#include "videopose/render/tile.h"

namespace videopose::internal {

struct FlatCone {
  Vec2f from_px, to_px;
  float from_radius_px = 1, to_radius_px = 1;
};

// One colour, blended by `opacity` (0..1).
void FillCone(Tile tile, const FlatCone& cone, Rgb colour, float opacity);

// A round cone as a viewer sees it.
struct LitCone {
  FlatCone shape;
  float from_depth_m = 0, to_depth_m = 0;
  float from_radius_m = 0, to_radius_m = 0;
  Rgb colour;
  // The surface within `front_cosine` of this direction (view frame: x right, y down, z forward)
  // has another colour; zero: nowhere.
  Vec3f front;
  Rgb front_colour;
  float front_cosine = 0.75F;
  // Where this surface intersects another, the nearer one takes over within this depth.
  float seam_m = 0.01F;
};

struct LitStyle {
  Rgb outline;
  float outline_strength = 0.6F;  // 0..1
  float outline_px = 1.2F;
  float room_light = 0.4F;  // what surfaces turned away from the light still get, 0..1
};

// Draws back to front, and by depth within the pixels where cones run into each other.
void DrawLitCones(Tile tile, std::vector<LitCone> cones, const LitStyle& style);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_SHADING_H_

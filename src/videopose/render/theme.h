// Colours of the pictures, light and dark.

#ifndef VIDEOPOSE_RENDER_THEME_H_
#define VIDEOPOSE_RENDER_THEME_H_

#include "videopose/pose/skeleton.h"
#include "videopose/render/tile.h"
#include "videopose/render/video_renderer.h"

namespace videopose {

struct Palette {
  Rgb backdrop, backdrop_corner;  // behind the scene: middle, and what it darkens to
  Rgb floor;                      // where the light falls on it
  Rgb grid;
  Rgb shadow;
  float shadow_strength;  // 0..1
  // Orange and blue stay apart for every common kind of colour blindness.
  Rgb left, right, centre;
  Rgb face, chest;  // what is turned forward
  Rgb outline;
  float outline_strength;  // 0..1
  float room_light;        // 0..1
  Rgb text, faint_text;

  Rgb of(Side side) const {
    return side == Side::kLeft ? left : side == Side::kRight ? right : centre;
  }
};

const Palette& PaletteOf(Theme theme);

}  // namespace videopose

#endif  // VIDEOPOSE_RENDER_THEME_H_

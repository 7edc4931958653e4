// SPDX-License-Identifier: Apache-2.0

// Normalised screen coordinates, the temporal model's input: x runs from -1 to 1 over the width of
// the image, y from -height/width to height/width, so that the aspect ratio is kept.
//
//   x_screen = x_px / width_px * 2 - 1
//   y_screen = y_px / width_px * 2 - height_px / width_px        (VideoPose3D, CVPR 2019, section
//   3)

#ifndef VIDEOPOSE_GEOMETRY_SCREEN_H_
#define VIDEOPOSE_GEOMETRY_SCREEN_H_

#include "videopose/geometry.h"

namespace videopose::internal {

inline Vec2f ScreenFromPixel(Vec2f point_px, float width_px, float height_px) {
  return {point_px.x / width_px * 2 - 1, point_px.y / width_px * 2 - height_px / width_px};
}

inline Vec2f PixelFromScreen(Vec2f point_screen, float width_px, float height_px) {
  return {(point_screen.x + 1) * width_px / 2,
          (point_screen.y + height_px / width_px) * width_px / 2};
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GEOMETRY_SCREEN_H_

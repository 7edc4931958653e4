// SPDX-License-Identifier: Apache-2.0

// What colour a figure's surface has, and how light falls on it.

#ifndef VIDEOPOSE_SYNTHETIC_FIGURE_SHADE_H_
#define VIDEOPOSE_SYNTHETIC_FIGURE_SHADE_H_

#include "videopose/synthetic/figure.h"
#include "videopose/synthetic/figure_shape.h"
#include "videopose/synthetic/synthetic_body.h"

namespace videopose::internal {

struct FigureSurface {
  Vec3f colour;     // linear RGB, unlit
  Vec3f normal;     // with the folds of cloth
  float gloss = 0;  // strength of the highlight
};

// `normal` is the smooth shape's.
FigureSurface SurfaceOf(const FigureLook& look, const BodyPose& pose, double height_m,
                        const FigurePart& part, const Vec3f& x_in_world, const Vec3f& normal);

// Lamp, ceiling and floor on a surface seen from `to_viewer`; `lamp_share` is the lamp's light that
// is not in shadow, `openness` 0..1 what of the rest reaches it.
Vec3f Lit(const FigureSurface& surface, const Vec3f& to_light, const Vec3f& to_viewer,
          float lamp_share, float openness);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SYNTHETIC_FIGURE_SHADE_H_

// SPDX-License-Identifier: Apache-2.0

// The lens of a clip of which the focal length may be known: the one rule for it.

#ifndef VIDEOPOSE_GEOMETRY_CLIP_LENS_H_
#define VIDEOPOSE_GEOMETRY_CLIP_LENS_H_

#include "videopose/geometry.h"

namespace videopose::internal {

// `known_focal_px` where it is above 0, else DefaultFocalPx().
inline double FocalPxOf(double known_focal_px, int width_px, int height_px) {
  return known_focal_px > 0 ? known_focal_px : DefaultFocalPx(width_px, height_px);
}

inline Lens ClipLens(double known_focal_px, int width_px, int height_px) {
  return PlainLens(FocalPxOf(known_focal_px, width_px, height_px), width_px, height_px);
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GEOMETRY_CLIP_LENS_H_

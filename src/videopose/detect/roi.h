// SPDX-License-Identifier: Apache-2.0

// The region of interest: the turned square of the frame that a model sees.

#ifndef VIDEOPOSE_DETECT_ROI_H_
#define VIDEOPOSE_DETECT_ROI_H_

#include <optional>

#include "videopose/detect/body_box.h"
#include "videopose/geometry.h"
#include "videopose/media.h"

namespace videopose::internal {

// A square in the frame. Points inside it have coordinates from (0, 0) to (1, 1); the frame's are
//
//   point_px = centre_px + R(rotation) (point_in_roi - (0.5, 0.5)) * side_px
//
// with R(r) = (cos r, -sin r; sin r, cos r), so positive rotations are clockwise in the image. In a
// mirrored square the sign of the x coordinate of (point_in_roi - (0.5, 0.5)) is the other one.
struct Roi {
  Vec2f centre_px;
  float side_px = 0;
  float rotation_rad = 0;
  bool is_mirrored = false;
  // If given, a model sees nothing of the frame outside it: black instead.
  std::optional<BodyBox> mask;

  Vec2f PixelFromRoi(Vec2f point_in_roi) const;
  // A direction in the square, turned (and mirrored) into the frame's.
  Vec2f IntoFrame(Vec2f v) const;
};

// From the two points that BlazePose describes a body with: the hips' centre and a point on the
// circle around the whole body. The body is upright in the square, with a quarter to spare.
//
//   side = 2 |p1 - p0| 1.25,  rotation = pi/2 - atan2(-(y1 - y0), x1 - x0) in [-pi, pi)
Roi RoiFromBodyCircle(Vec2f hips_px, Vec2f circle_px);

// The smallest upright square around the whole image, centred.
Roi LetterboxRoi(const Image& image);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_ROI_H_

// SPDX-License-Identifier: Apache-2.0

// An upright rectangle around a body, and how two of them overlap.

#ifndef VIDEOPOSE_DETECT_BODY_BOX_H_
#define VIDEOPOSE_DETECT_BODY_BOX_H_

#include <algorithm>
#include <span>

#include "videopose/geometry.h"
#include "videopose/media.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct BodyBox {
  Vec2f centre_px, size_px;
  float scale_px() const { return std::max(size_px.x, size_px.y); }
};

// Around all points.
BodyBox BoxAround(std::span<const ExtraPoint> points);
BodyBox BoxAround(std::span<const Keypoint> points);

// The part inside the image; of size 0 where there is none.
BodyBox ClippedTo(const Image& image, const BodyBox& box);

// Intersection over union.
float Overlap(const BodyBox& a, const BodyBox& b);

// The share of `part` that lies in `whole`, 0..1.
float ShareInside(const BodyBox& part, const BodyBox& whole);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_BODY_BOX_H_

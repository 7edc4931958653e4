// SPDX-License-Identifier: Apache-2.0

// From the plain box of a person to the body in it. The landmark model is made for a region around
// one body, turned upright; in a box that is not all of what it needs it would slide onto a
// neighbour. So everything outside the box is masked, and the model looks twice: at an upright
// square around the box, then at the region that the first look tells. Its presence alone accepts
// false boxes; the body that it finds must also fill the box.

#ifndef VIDEOPOSE_DETECT_BOXED_BODIES_H_
#define VIDEOPOSE_DETECT_BOXED_BODIES_H_

#include <optional>
#include <span>
#include <vector>

#include "videopose/detect/blazepose_models.h"
#include "videopose/detect/body_box.h"
#include "videopose/detect/pose_landmarks.h"
#include "videopose/detect/roi.h"
#include "videopose/media.h"

namespace videopose::internal {

// An upright square around the box, and the box grown by 12 % as its mask.
Roi RoiFromBox(const BodyBox& box);

// Whether the body is there and fills the box: their intersection over union, inside the image, is
// above 0.4.
bool FillsBox(const PoseLandmarks& body, const BodyBox& box, const Image& frame);

// The body in each box, nothing where no look finds one that fills it.
std::vector<std::optional<PoseLandmarks>> FindInBoxes(BlazePoseModels& models, const Image& frame,
                                                      std::span<const BodyBox> boxes);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_BOXED_BODIES_H_

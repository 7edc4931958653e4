// SPDX-License-Identifier: Apache-2.0

// Whether a camera moved at all, judged over a whole scene or by a frame.

#ifndef VIDEOPOSE_CAMERA_MOTION_CAMERA_DECISION_H_
#define VIDEOPOSE_CAMERA_MOTION_CAMERA_DECISION_H_

#include <span>

#include "videopose/pose.h"

namespace videopose::internal {

// The camera of one scene stood still if
//   nine tenths of its frames are within kStill_deg of their middle direction, or within four
//   standard deviations of the measurement if that is less than kMostDoubt_deg, and the zoom within
//   kStillZoom, and its place is not known to change.
// Vibrations of a tripod are below that: at a field of view of 60 degrees they move the image by
// 0.4 percent of its width.
inline constexpr double kStill_deg = 0.25, kMostDoubt_deg = 5, kStillZoom = 0.02;
bool StandsStill(std::span<const CameraView> views);

// One frame's part of that, against the scene's first frame: whether it is beyond what counts as
// still.
bool IsBeyondStill(const CameraView& view);

// A zoom that changes by less than that over a scene is none: sets it to 1.
inline constexpr double kLeastZoom = 0.05;
void DropSmallZoom(std::span<CameraView> views);

// The angle between two views, degrees.
double DegreesBetween(const CameraView& a, const CameraView& b);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_CAMERA_DECISION_H_

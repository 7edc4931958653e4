// SPDX-License-Identifier: Apache-2.0

// A camera that turns in its place, as ground reckons with it: all is turned into the frame of its
// first look, where people see a camera that stands still, and at the end turned back.

#ifndef VIDEOPOSE_GROUND_CAMERA_VIEWS_H_
#define VIDEOPOSE_GROUND_CAMERA_VIEWS_H_

#include <vector>

#include "videopose/geometry/turns.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct CameraViews {
  std::vector<Quaternion> first_from_cam;  // T, or empty: the camera stands still
  std::vector<double> zooms;               // likewise

  // The lens of a frame.
  Lens LensAt(const Lens& first, int64_t t) const;
};

// Rotations that were measured through a lens of another focal length are scaled, frame by frame,
// by what they moved the image: a rotation w about y moves a point at x by f (1 + x^2 / f^2) w, on
// average over an image of this width by (f + width^2 / (12 f)) w.
CameraViews ViewsThrough(const CameraTrack& track, const Lens& lens);

// Whether too much of the track is a guess for a common world: in a tenth of its frames.
bool IsLost(const CameraTrack& track);

// Poses and roots from each frame's camera into the first one's, and back.
void TurnToFirst(Turns first_from_cam, PersonMotion& person);
void TurnBack(Turns first_from_cam, PersonMotion& person);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_CAMERA_VIEWS_H_

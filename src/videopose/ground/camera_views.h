// SPDX-License-Identifier: Apache-2.0

// A camera that moves, as ground reckons with it: all is brought into the frame of its first look,
// where people see a camera that stands still, and at the end brought back.

#ifndef VIDEOPOSE_GROUND_CAMERA_VIEWS_H_
#define VIDEOPOSE_GROUND_CAMERA_VIEWS_H_

#include <vector>

#include "videopose/geometry/moving_frame.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct CameraViews {
  // T, or empty: the camera stands still. Its place is at first taken as fixed.
  std::vector<Rigid3d> first_from_cam;
  std::vector<double> zooms;  // likewise
  // T, or empty: its place is fixed. In another unit than metres.
  std::vector<Vec3d> places_in_first;

  // The lens of a frame.
  Lens LensAt(const Lens& first, int64_t t) const;
};

// Rotations that were measured through a lens of another focal length are scaled, frame by frame,
// by what they moved the image: a rotation w about y moves a point at x by f (1 + x^2 / f^2) w, on
// average over an image of this width by (f + width^2 / (12 f)) w. Likewise steps across the view,
// which moved it by f / z of them.
CameraViews ViewsThrough(const CameraTrack& track, const Lens& lens);

// A view that is less certain says nothing about where people are.
inline constexpr double kLostSigma_deg = 3;
// Whether too much of the track is a guess for a common world: in a tenth of its frames.
bool IsLost(const CameraTrack& track);

// Poses and roots from each frame's camera into the first one's, and back.
void MoveToFirst(MovingFrame first_from_cam, PersonMotion& person);
void MoveBack(MovingFrame first_from_cam, PersonMotion& person);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_CAMERA_VIEWS_H_
